"""Whether the bot is alive, whether it can work, and how much it does, for other programs."""
