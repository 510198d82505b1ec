"""Fixtures that every room shares."""

from tests.stack import own_stack, stack

__all__ = ["own_stack", "stack"]
