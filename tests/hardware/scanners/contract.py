"""The contract of `hardware.scanners.scanner.Scanner`, held against every kind of scanner by the same tests.

A kind gives a `Harness` (how one of its scanners is made, and what a hand does with it) and a class of its own:

    class TestACamera(ScannerContract):
        @pytest.fixture
        def harness(self) -> Iterator[Harness]: ...
"""

from __future__ import annotations

import itertools
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

import pytest

from hardware.scanners.scanner import Code, Condition, Garbled, Heard, Scanner, ScannerState, Told

__all__ = ["PATIENCE", "Harness", "Listener", "ScannerContract"]

PATIENCE = 20.0
"""Seconds before a test gives up. A busy machine needs many; a good scanner needs a moment."""

LABELS = ["PF1A2B3C", "5CG1234ABC", "MJ0ABC12"]


class Harness(ABC):
    """One device, and what a hand does with it. The device is there from the beginning."""

    can_be_unplugged = True
    """False where the program cannot notice it: the keyboard wedge is a keyboard to it, and always there."""

    @abstractmethod
    def make(self) -> Scanner:
        """A scanner for this device, not started. Made a second time, it must be able to use the device that the first
        one has let go."""

    @abstractmethod
    def scan(self, text: str) -> None:
        """The device is shown a code; returns when the scanner has had its chance to read it."""

    def unplug(self) -> None:
        """The device is pulled out; may already be out."""
        raise NotImplementedError

    def plug(self) -> None:
        """The device is plugged in again; may already be in."""
        raise NotImplementedError


class Listener:
    """The other side of `tell`: keeps what it is told, and notices two threads that tell at once."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.overlaps = 0
        self._inside = threading.Lock()
        self._news = threading.Condition()

    def __call__(self, told: Told) -> None:
        alone = self._inside.acquire(blocking=False)
        with self._news:
            self.overlaps += not alone
            self.told.append(told)
            self._news.notify_all()
        if alone:
            self._inside.release()

    @property
    def codes(self) -> list[Code]:
        return [code for told in self.told if isinstance(told, Heard) for code in told.codes]

    @property
    def texts(self) -> list[str]:
        return [code.text for code in self.codes]

    @property
    def garbled(self) -> list[Garbled]:
        return [told for told in self.told if isinstance(told, Garbled)]

    @property
    def conditions(self) -> list[Condition]:
        return [told for told in self.told if isinstance(told, Condition)]

    @property
    def states(self) -> list[ScannerState]:
        return [condition.state for condition in self.conditions]

    def wait(self, until: Callable[[], bool], what: str) -> None:
        """Waits for what was promised, and fails where it does not come."""
        deadline = time.monotonic() + PATIENCE
        with self._news:
            while not until():
                left = deadline - time.monotonic()
                assert left > 0, f"{what} did not come; told was {self.told}"
                self._news.wait(min(left, 0.2))

    def wait_for_texts(self, count: int) -> list[str]:
        self.wait(lambda: len(self.texts) >= count, f"{count} codes")
        return self.texts

    def wait_for_state(self, state: ScannerState) -> None:
        """Until this is the last condition told."""
        self.wait(lambda: self.states[-1:] == [state], f"{state}")


class ScannerContract:
    """The tests. A subclass gives the fixture `harness`."""

    @pytest.fixture
    def listener(self) -> Listener:
        return Listener()

    @pytest.fixture
    def scanner(self, harness: Harness) -> Iterator[Scanner]:
        made = harness.make()
        yield made
        made.stop()

    @pytest.fixture
    def started(self, scanner: Scanner, listener: Listener) -> Scanner:
        scanner.start(listener)
        listener.wait_for_state(ScannerState.READY)
        return scanner

    def test_it_has_a_name_that_can_be_shown(self, scanner):
        assert scanner.name.strip()
        assert scanner.name.isprintable()

    def test_it_says_nothing_before_it_is_started(self, harness, scanner, listener):
        assert listener.told == []
        scanner.start(listener)
        listener.wait_for_state(ScannerState.READY)

    @pytest.mark.usefixtures("started")
    def test_every_code_is_told_once_whole_and_in_the_order_of_reading(self, harness, listener):
        for text in LABELS:
            harness.scan(text)
        assert listener.wait_for_texts(len(LABELS)) == LABELS
        assert listener.garbled == []

    def test_nothing_is_told_after_stop(self, harness, started, listener):
        harness.scan(LABELS[0])
        listener.wait_for_texts(1)
        started.stop()
        before = list(listener.told)
        harness.scan(LABELS[1])
        assert listener.told == before

    def test_start_and_stop_may_be_called_twice(self, harness, started, listener):
        started.start(listener)
        harness.scan(LABELS[0])
        listener.wait_for_texts(1)
        started.stop()
        started.stop()
        assert listener.texts == LABELS[:1]

    def test_stop_before_start_does_no_harm(self, scanner, listener):
        scanner.stop()
        assert listener.told == []

    def test_it_can_be_started_again_after_stop(self, harness, started, listener):
        started.stop()
        again = Listener()
        started.start(again)
        again.wait_for_state(ScannerState.READY)
        harness.scan(LABELS[0])
        assert again.wait_for_texts(1) == LABELS[:1]
        assert listener.texts == []

    def test_after_stop_the_device_is_free_for_another(self, harness, started):
        started.stop()
        other, listener = harness.make(), Listener()
        try:
            other.start(listener)
            listener.wait_for_state(ScannerState.READY)
            harness.scan(LABELS[0])
            assert listener.wait_for_texts(1) == LABELS[:1]
        finally:
            other.stop()

    @pytest.mark.usefixtures("started")
    def test_a_condition_is_told_only_when_it_changes_and_is_a_sentence(self, harness, listener):
        if harness.can_be_unplugged:
            harness.unplug()
            listener.wait_for_state(ScannerState.AWAY)
            harness.plug()
            listener.wait_for_state(ScannerState.READY)
        harness.scan(LABELS[0])
        listener.wait_for_texts(1)
        by_scanner: dict[str, list[Condition]] = {}
        for condition in listener.conditions:
            by_scanner.setdefault(condition.scanner, []).append(condition)
            assert condition.sentence.isprintable()
            assert condition.sentence.endswith(".")
        for told in by_scanner.values():
            assert all(one != other for one, other in itertools.pairwise(told))

    @pytest.mark.usefixtures("started")
    def test_it_never_tells_from_two_threads_at_once(self, harness, listener):
        for number in range(5):
            harness.scan(f"PF1A2B{number}C")
            listener.wait_for_texts(number + 1)
        assert listener.overlaps == 0


class PluggableContract(ScannerContract):
    """The same, and more, for a device that a program can see come and go. A keyboard is none: it is always there."""

    def test_start_without_the_device_returns_and_says_away_and_the_device_is_found_when_it_comes(
        self, harness, scanner, listener
    ):
        harness.unplug()
        scanner.start(listener)
        listener.wait_for_state(ScannerState.AWAY)
        harness.plug()
        listener.wait_for_state(ScannerState.READY)
        harness.scan(LABELS[0])
        assert listener.wait_for_texts(1) == LABELS[:1]

    @pytest.mark.usefixtures("started")
    def test_a_device_pulled_out_and_plugged_in_again_reads_on_by_itself(self, harness, listener):
        for count, text in enumerate(LABELS, start=1):
            harness.scan(text)
            assert listener.wait_for_texts(count) == LABELS[:count]
            harness.unplug()
            listener.wait_for_state(ScannerState.AWAY)
            harness.plug()
            listener.wait_for_state(ScannerState.READY)
        assert listener.texts == LABELS

    def test_it_can_be_stopped_while_its_device_is_away(self, harness, started, listener):
        harness.unplug()
        listener.wait_for_state(ScannerState.AWAY)
        started.stop()
        before = list(listener.told)
        harness.plug()
        assert listener.told == before
