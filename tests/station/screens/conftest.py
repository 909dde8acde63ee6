import pytest


@pytest.fixture(autouse=True)
def a_terminal_with_colours(monkeypatch):
    """Whatever terminal the tests themselves run in."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
