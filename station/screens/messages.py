"""What the screen tells itself, named for what happened."""

from __future__ import annotations

from textual.message import Message

from station.screens.bridge import News

__all__ = ["DigitPassed", "MarkerPassed", "Told"]


class Told(Message):
    """The bridge has news."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news


class MarkerPassed(Message):
    """Time has passed for the decoder. It travels in the queue of the keys, so that waiting keys come first."""


class DigitPassed(Message):
    """A digit was pressed a moment ago (at `at`, on the screen's clock), while something was to be chosen: from the
    list of screens where `listing`. It travels like `MarkerPassed`.
    """

    def __init__(self, key: str, at: float, *, listing: bool) -> None:
        super().__init__()
        self.key = key
        self.at = at
        self.listing = listing
