"""Events of keyboards, touchpads and lids, through pipes in the place of devices."""

import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.exercises import keyboard, lid, touchpad
from hardware.probe.exercises.input_events import (
    EV_ABS,
    EV_KEY,
    EV_SW,
    EV_SYN,
    MOST_SLOTS,
    Event,
    EventReader,
    Found,
    Source,
    axis_value,
    bits_of,
    contacts_told,
    listen,
)
from hardware.probe.exercises.keyboard import LAYOUTS, Keys
from hardware.probe.exercises.touchpad import Pad, pads_of

SYN = Event(EV_SYN, 0, 0)
UK = LAYOUTS["iso-uk"]
EVENTS = st.builds(Event, st.integers(0, 65535), st.integers(0, 65535), st.integers(-(2**31), 2**31 - 1))
LIKELY = st.builds(
    Event,
    st.sampled_from([EV_SYN, EV_KEY, EV_ABS, EV_SW]),
    st.sampled_from([0, 1, 3, 30, 0x2F, 0x35, 0x36, 0x39, 0x110, 0x111, 0x145, 0x14A, 0x14D, 0x148]),
    st.sampled_from([-1, 0, 1, 2, 5, 500, 10**6, -(10**6)]),
)


def raw(*events):
    return b"".join(struct.pack("@llHHi", 12, 34, *event) for event in events)


def bitmap(numbers):
    value = sum(1 << number for number in numbers)
    words: list[str] = []
    while value or not words:
        words.append(f"{value & (1 << 64) - 1:x}")
        value >>= 64
    return " ".join(reversed(words)) + "\n"


def presses(codes):
    return [event for code in codes for event in (Event(EV_KEY, code, 1), SYN, Event(EV_KEY, code, 0), SYN)]


@pytest.fixture
def device(files):
    """Makes an input device whose events come from a pipe; gives its tree."""

    def make(event, name, keys=(), axes=(), switches=(), properties=()):
        base = f"sys/class/input/{event}/device"
        root = files(
            {
                f"{base}/name": f"{name}\n",
                f"{base}/capabilities/key": bitmap(keys),
                f"{base}/capabilities/abs": bitmap(axes),
                f"{base}/capabilities/sw": bitmap(switches),
                f"{base}/properties": bitmap(properties),
            }
        )
        (root / "dev/input").mkdir(parents=True, exist_ok=True)
        os.mkfifo(root / "dev/input" / event)
        return root

    return make


def told(begin, name, root, writes, seconds=60):
    """The answer of an exercise for which these bytes of events lie ready in its devices."""
    files = [os.open(root / "dev/input" / event, os.O_RDWR) for event, _ in writes]
    for file, (_, data) in zip(files, writes, strict=True):
        os.write(file, data)
    answer = begin(name, {}, seconds, root=root).answer()
    for file in files:
        os.close(file)
    return answer


# ---- events ----------------------------------------------------------------------------------------------------


@given(st.lists(EVENTS, max_size=20), st.lists(st.integers(1, 40), max_size=60))
def test_however_the_bytes_are_cut_the_same_events_come(events, cuts):
    data, reader = raw(*events), EventReader()
    found: list[Event] = []
    for cut in cuts:
        found += reader.feed(data[:cut])
        data = data[cut:]
    found += reader.feed(data)
    assert found == events


@given(st.sets(st.integers(0, 767)))
def test_a_bitmap_of_sysfs_is_read_as_it_is_written(numbers):
    assert bits_of(bitmap(numbers)) == numbers


@given(st.text(max_size=50))
def test_no_bitmap_can_do_harm(text):
    assert all(0 <= number < 64 * 64 for number in bits_of(text))


# ---- the keyboard ----------------------------------------------------------------------------------------------


def test_every_key_of_a_uk_keyboard_is_wanted_once_and_no_special_one():
    assert len(UK) == len(set(UK)) == 65
    assert 86 in UK, "the key that an ISO keyboard has beside left Shift"
    assert not {116, 142, 143, 464} & set(UK)
    assert not set(range(59, 69)) & set(UK)


def test_it_is_complete_once_each_key_went_down_and_came_up(begin, device):
    root = device("event0", "AT Translated Set 2 keyboard", keys=range(1, 128))
    device("event1", "Power Button", keys=[116])
    answer = told(begin, "keyboard", root, [("event0", raw(*presses((*UK, 183))))])
    measured = answer.measured
    assert measured["complete"]
    assert measured["devices"] == ["AT Translated Set 2 keyboard"]
    assert measured["held"] == []
    assert {"code": 30, "down": 1, "up": 1} in measured["keys"]
    assert answer.progress[-1] == ("going", 65, 65)


def test_two_keyboards_are_heard_together(begin, device):
    root = device("event0", "AT keyboard", keys=range(1, 128))
    device("event7", "USB keyboard", keys=range(1, 128))
    answer = told(begin, "keyboard", root, [("event0", raw(*presses(UK[:40]))), ("event7", raw(*presses(UK[40:])))])
    assert answer.measured["complete"]
    assert answer.measured["devices"] == ["AT keyboard", "USB keyboard"]


def test_a_key_that_is_dead_and_one_that_sticks_are_told_at_the_end(begin, device):
    root = device("event0", "AT keyboard", keys=range(1, 128))
    without = presses(code for code in UK if code not in (30, 31))
    events = raw(*without, Event(EV_KEY, 31, 1), Event(EV_KEY, 31, 2))
    measured = told(begin, "keyboard", root, [("event0", events)], 4).measured
    assert not measured["complete"]
    assert measured["held"] == [31]
    assert {"code": 31, "down": 1, "up": 0} in measured["keys"]
    assert 30 not in {key["code"] for key in measured["keys"]}


def test_a_key_that_was_down_from_the_start_counts_as_held_until_it_comes_up():
    keys = Keys(UK)
    keys.begin(1, frozenset({28}))
    assert keys.measured([])["held"] == [28]
    keys.take(1, Event(EV_KEY, 28, 2))
    assert keys.measured([])["held"] == [28]
    keys.take(1, Event(EV_KEY, 28, 0))
    assert keys.measured([])["held"] == []


def test_a_key_that_was_down_from_the_start_is_tested_only_once_it_is_pressed_anew():
    keys = Keys((28,))
    keys.begin(1, frozenset({28, 0x110}))
    keys.take(1, Event(EV_KEY, 28, 0))
    assert not keys.complete()
    assert keys.measured([])["keys"] == []
    for event in (Event(EV_KEY, 28, 1), Event(EV_KEY, 28, 0)):
        keys.take(1, event)
    assert keys.complete()
    assert keys.measured([])["keys"] == [{"code": 28, "down": 1, "up": 1}]


def test_a_key_that_was_down_from_the_start_and_came_up_among_lost_events_is_not_tested_either():
    keys = Keys((28, 30))
    keys.begin(1, frozenset({28, 30}))
    keys.resynchronise(1, frozenset({30}))
    assert keys.measured([])["held"] == [30]
    assert keys.measured([])["keys"] == []


def test_after_lost_events_what_is_down_is_asked_again():
    keys = Keys(UK)
    for code in (30, 31):
        keys.take(1, Event(EV_KEY, code, 1))
    keys.take(2, Event(EV_KEY, 32, 1))
    keys.resynchronise(1, frozenset({31, 33}))
    measured = keys.measured([])
    assert measured["held"] == [31, 32, 33]
    assert {"code": 30, "down": 1, "up": 1} in measured["keys"]


@given(st.lists(st.tuples(st.integers(0, 2), LIKELY | EVENTS), max_size=400))
def test_no_events_can_complete_a_keyboard_without_its_keys(events):
    keys = Keys(UK)
    for source, event in events:
        keys.take(source, event)
    measured = keys.measured([])
    assert len(measured["keys"]) <= keyboard.MOST_KEYS
    assert all(0 <= key["up"] <= key["down"] for key in measured["keys"])
    pressed = {event.code for _, event in events if event.kind == EV_KEY and event.value != 0}
    assert measured["complete"] == (set(UK) <= {key["code"] for key in measured["keys"] if key["up"]})
    assert {key["code"] for key in measured["keys"]} <= pressed


def test_a_laptop_without_a_keyboard_is_a_reason(do, device):
    assert do("keyboard", {}, root=device("event1", "Power Button", keys=[116])).error == "no keyboard can be read"


# ---- the lid ---------------------------------------------------------------------------------------------------


def test_a_lid_is_done_once_it_was_closed_and_opened(begin, device):
    root = device("event2", "Lid Switch", switches=[0])
    device("event3", "Tablet mode", switches=[1])
    events = raw(Event(EV_SW, 1, 1), Event(EV_SW, 0, 1), SYN, Event(EV_SW, 0, 1), Event(EV_SW, 0, 0), SYN)
    measured = told(begin, "lid", root, [("event2", events)]).measured
    assert measured["switches"] == ["Lid Switch"]
    assert [event["closed"] for event in measured["events"]] == [True, False]
    assert measured["complete"]


def test_a_lid_that_was_closed_among_lost_events_is_closed(begin, device, monkeypatch, session_of):
    root = device("event2", "Lid Switch", switches=[0])
    file = os.open(root / "dev/input/event2", os.O_RDWR)
    os.write(file, raw(Event(EV_SYN, 3, 0)))
    states = iter([frozenset(), frozenset({0})])
    monkeypatch.setattr("hardware.probe.exercises.input_events.bits_told", lambda *_: next(states))

    def on(message):
        if "note" in message:
            session.stop()

    session = session_of(root, on=on)
    measured = lid.run(session)
    os.close(file)
    assert [event["closed"] for event in measured["events"]] == [True]


def test_a_lid_that_was_only_opened_is_not_done():
    assert not lid.complete([])
    assert not lid.complete([{"closed": False}])
    assert not lid.complete([{"closed": False}, {"closed": True}])
    assert lid.complete([{"closed": False}, {"closed": True}, {"closed": False}])


def test_a_laptop_without_a_lid_switch_is_a_reason(do, files):
    assert do("lid", {}, root=files({})).error == "no lid switch can be read"


# ---- the touchpad ----------------------------------------------------------------------------------------------

MT_KEYS = frozenset({0x110, 0x145, 0x14A, 0x14D, 0x14E})
MT_AXES = frozenset({0, 1, 0x2F, 0x35, 0x36, 0x39})


def pad_of(properties=(), keys=MT_KEYS, axes=MT_AXES, begun=True):
    now = [0.0]
    found = Found("event0", "pad", keys, axes, frozenset(), frozenset(properties))
    pad = Pad(found, (0, 999), (0, 499), lambda: now[0])
    if begun:
        now[0] = touchpad.GHOST_SECONDS
    return pad


def touch(slot, x, y):
    return [
        Event(EV_ABS, 0x2F, slot),
        Event(EV_ABS, 0x39, 7),
        Event(EV_ABS, 0x35, x),
        Event(EV_ABS, 0x36, y),
        Event(EV_KEY, 0x14A, 1),
        SYN,
    ]


def lift(slot):
    return [Event(EV_ABS, 0x2F, slot), Event(EV_ABS, 0x39, -1), Event(EV_KEY, 0x14A, 0), SYN]


def feed(pad, *batches):
    for batch in batches:
        for event in batch:
            pad.take(event)


def sweep():
    return [event for y in range(20, 500, 50) for x in range(20, 1000, 50) for event in touch(0, x, y)]


def test_a_finger_over_the_whole_pad_touches_all_cells():
    pad = pad_of()
    feed(pad, touch(0, 0, 0))
    assert pad.cells == {0}
    feed(pad, touch(0, 999, 499))
    assert pad.cells == {0, 24}
    feed(pad, touch(0, 500, 0))
    assert pad.cells == {0, 2, 24}
    feed(pad, sweep())
    assert pad.cells == set(range(25))


def test_a_finger_that_is_lifted_touches_nothing():
    pad = pad_of()
    feed(pad, touch(0, 0, 0), lift(0), [Event(EV_ABS, 0x35, 900), Event(EV_ABS, 0x36, 400), SYN])
    assert pad.cells == {0}


def test_what_is_felt_before_anybody_touches_it_is_a_ghost_and_no_cell():
    pad = pad_of(begun=False)
    feed(pad, touch(0, 500, 250), touch(0, 510, 250), lift(0), touch(0, 20, 20), lift(0))
    assert pad.ghosts == 2
    assert pad.cells == set()


def test_fingers_are_counted_by_slots_and_by_what_the_pad_says():
    pad = pad_of()
    feed(pad, touch(0, 10, 10), touch(1, 800, 400))
    assert pad.fingers == 2
    feed(pad, [Event(EV_KEY, 0x14E, 1), SYN])
    assert pad.fingers == 3


DROPPED = Event(EV_SYN, 3, 0)


def test_after_lost_events_a_finger_whose_lift_was_lost_is_no_second_one():
    pad = pad_of()
    feed(pad, touch(0, 10, 10), [DROPPED], touch(1, 800, 400))
    assert pad.fingers == 1
    feed(pad, [Event(EV_ABS, 0x35, 10), SYN])
    assert pad.cells == {0, 20, 24}


def test_after_lost_events_what_lies_on_the_pad_is_what_the_pad_says():
    pad = pad_of()
    feed(pad, touch(0, 10, 10), [DROPPED])
    pad.resynchronise({1: (990, 10), 2: (10, 490)}, 2, frozenset({0x14A, 0x14D}))
    feed(pad, [SYN])
    assert pad.cells == {0, 4, 20}
    assert pad.fingers == 2
    feed(pad, [Event(EV_ABS, 0x36, 10), SYN])
    assert pad.cells == {0, 4, 20}, "the finger of slot 2 has moved"
    feed(pad, lift(1), lift(2))
    assert not pad._touched


def test_what_was_read_before_events_were_lost_is_older_than_what_the_device_tells(session_of, device):
    root = device("event0", "pad")
    file = os.open(root / "dev/input/event0", os.O_RDWR | os.O_NONBLOCK)
    os.write(file, raw(Event(EV_KEY, 30, 1), DROPPED, Event(EV_KEY, 31, 1)) + b"half an event")
    taken: list[Event] = []

    def take(_source, event):
        taken.append(event)
        if event == DROPPED:
            os.write(file, raw(Event(EV_KEY, 32, 1)))

    listen(session_of(root), [Source(file, Found("event0", "", *[frozenset()] * 4))], take, lambda: len(taken) >= 3)
    os.close(file)
    assert taken == [Event(EV_KEY, 30, 1), DROPPED, Event(EV_KEY, 32, 1)]


def test_a_device_that_tells_no_fingers_has_none(tmp_path):
    with open(tmp_path / "file", "wb") as file:
        assert contacts_told(file.fileno()) == {}
        assert axis_value(file.fileno(), 0x2F) is None


def test_the_fingers_are_those_that_the_device_tells(monkeypatch):
    told = {0x39: (-1, 7, 9), 0x35: (1, 2, 3), 0x36: (4, 5, 6)}

    def ioctl(_file, request, values):
        assert request == 0x80000000 | len(values) << 16 | 0x450A  # EVIOCGMTSLOTS
        struct.pack_into("@3i", values, 4, *told[struct.unpack_from("@i", values)[0]])

    monkeypatch.setattr("fcntl.ioctl", ioctl)
    assert contacts_told(0) == {1: (2, 5), 2: (3, 6)}


def test_the_right_button_of_a_pad_that_is_one_button_is_its_corner():
    click = [Event(EV_KEY, 0x110, 1), SYN, Event(EV_KEY, 0x110, 0), SYN]
    pad = pad_of(properties=[2])
    feed(pad, touch(0, 900, 450), click, lift(0), touch(0, 100, 450), click, lift(0), touch(0, 900, 100), click)
    assert (pad.left, pad.right) == (2, 1)
    plain = pad_of()
    feed(plain, touch(0, 900, 450), click, [Event(EV_KEY, 0x111, 1), SYN])
    assert (plain.left, plain.right) == (1, 1)


def test_the_touchpad_is_chosen_and_a_touchscreen_never():
    pad = Found("event1", "pad", MT_KEYS, MT_AXES, frozenset(), frozenset({0, 2}))
    screen = Found("event2", "screen", frozenset({0x14A}), MT_AXES, frozenset(), frozenset({1}))
    tablet = Found("event3", "tablet", frozenset({0x110, 0x111}), frozenset({0, 1}), frozenset(), frozenset())
    mouse = Found("event4", "mouse", frozenset({0x110}), frozenset(), frozenset(), frozenset())
    assert pads_of([pad, screen, tablet, mouse]) == [pad]
    assert pads_of([screen, tablet, mouse]) == [tablet]
    assert pads_of([screen, mouse]) == []


@given(st.lists(LIKELY | EVENTS, max_size=300), st.sets(st.integers(0, 3)))
def test_no_events_can_break_a_touchpads_count(events, properties):
    for pad in (pad_of(properties), pad_of(properties, keys=frozenset({0x110}), axes=frozenset({0, 1}))):
        feed(pad, events)
        measured = touchpad.measured([pad], ["pad"])
        assert all(0 <= cell < 25 for cell in measured["cells"])
        assert 0 <= measured["fingers"] <= MOST_SLOTS


def test_a_virtual_tablet_is_done_without_a_second_finger(begin, device, monkeypatch, session_of):
    root = device("event5", "QEMU USB Tablet", keys=[0x110, 0x111], axes=[0, 1])
    monkeypatch.setattr("hardware.probe.exercises.input_events.axis_range", lambda _file, _axis: (0, 32767))
    monkeypatch.setattr(touchpad, "GHOST_SECONDS", 0.0)
    session = session_of(root)
    writer = os.open(root / "dev/input/event5", os.O_RDWR)
    moves = [
        event
        for y in range(3000, 32768, 6554)
        for x in range(3000, 32768, 6554)
        for event in (Event(EV_ABS, 0, x), Event(EV_ABS, 1, y), SYN)
    ]
    clicks = [Event(EV_KEY, code, value) for code in (0x110, 0x111) for value in (1, 0)]
    os.write(writer, raw(*moves, *clicks, SYN))
    measured = touchpad.run(session)
    os.close(writer)
    assert measured["complete"]
    assert measured["cells"] == list(range(25))
    assert (measured["left_clicks"], measured["right_clicks"]) == (1, 1)


def test_a_pad_that_tells_no_range_is_a_reason(do, device):
    root = device("event5", "pad", keys=MT_KEYS, axes=MT_AXES)
    assert do("touchpad", {}, 3, root=root).error == "no touchpad that tells positions can be read"
