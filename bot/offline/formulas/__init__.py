"""Formulas from hostile text: tokens, trees, their size and how they are written."""
