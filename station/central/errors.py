"""What can stop central, each named for what has to be done about it.

    CentralError
    ├── DatabaseRefused   another SQLite, another URL or a newer database: see the sentence
    └── PortTaken         another program listens there: choose another port, or stop it

The message is one sentence for the person who started it.
"""

from __future__ import annotations

__all__ = ["CentralError", "DatabaseRefused", "PortTaken"]


class CentralError(Exception):
    """Central cannot do what was asked; the message says why and what to do."""


class DatabaseRefused(CentralError):
    """The database cannot be used."""


class PortTaken(CentralError):
    """The port is in use or not allowed."""
