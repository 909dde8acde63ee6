"""What stops `station rejudge`: one sentence with the remedy."""

from __future__ import annotations

__all__ = ["RejudgeRefused", "RejudgeUnable"]


class RejudgeRefused(Exception):
    """What was asked cannot be done as it was asked, or a list that was named cannot be read. Exit status 2."""


class RejudgeUnable(Exception):
    """This computer could not do it: no process could be started, or the store could not be read. Exit status 3."""
