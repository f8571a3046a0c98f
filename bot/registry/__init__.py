"""The assistants of an installation: what they may hold, and who may change which."""
