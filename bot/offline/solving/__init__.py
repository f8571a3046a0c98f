"""Mathematics in a process that can be killed, and the pipe to it."""
