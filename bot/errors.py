"""Errors that are for the operator to read."""


class OperatorError(Exception):
    """A sentence that says what is wrong with the set-up and what to do about it."""
