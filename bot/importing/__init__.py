"""Assistants as people saved them: what they are read from, and what became of them."""
