"""Nothing that the engine sends can steer the terminal, turn the reading order, or be endless."""

import unicodedata
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.text import LONGEST_TEXT, clean
from station.bench.protocol import BenchState, Event, PageChanged, SlotChanged, decode_event, encode
from station.screens.cleaning import cleaned_event
from tests.station.screens import samples

HOSTILE = st.text(max_size=40) | st.sampled_from(
    (samples.HOSTILE, samples.LONG, "\u202e" * 300, "é" * 300, "a\x1b[2Jb", "\x9b31m", "£5  \u2066x", "", " x ")
)


def made_of(kind: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    """Values of a type of the protocol; a kind of type that is not here yet must be thought of in `cleaning` too."""
    match kind:
        case msgspec.inspect.StructType(cls=cls, fields=fields):
            return st.builds(cls, **{field.name: made_of(field.type) for field in fields})
        case msgspec.inspect.UnionType(types=types):
            return st.one_of([made_of(one) for one in types])
        case msgspec.inspect.VarTupleType(item_type=item):
            return st.lists(made_of(item), max_size=2).map(tuple)
        case msgspec.inspect.EnumType(cls=cls):
            return st.sampled_from(list(cls))
        case msgspec.inspect.StrType():
            return HOSTILE
        case msgspec.inspect.IntType():
            return st.integers(-(2**31), 2**31)
        case msgspec.inspect.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case msgspec.inspect.BoolType():
            return st.booleans()
        case msgspec.inspect.NoneType():
            return st.none()
    raise AssertionError(kind)


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from texts_of(getattr(value, name))


EVENTS = {kind.__name__: kind for kind in get_args(Event)}


@pytest.mark.parametrize("name", EVENTS)
@given(data=st.data())
def test_no_control_and_no_bidi_mark_survives_in_any_text_and_none_is_long(name: str, data: st.DataObject) -> None:
    event = data.draw(made_of(msgspec.inspect.type_info(EVENTS[name])))
    cleaned = cleaned_event(event)
    assert type(cleaned) is EVENTS[name]
    before, after = [*texts_of(event)], [*texts_of(cleaned)]
    assert after == [clean(text) for text in before]
    for text in after:
        assert len(text) <= LONGEST_TEXT
        assert not {unicodedata.category(character) for character in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def without_texts(value: object) -> object:
    match value:
        case str():
            return ""
        case tuple():
            return tuple(map(without_texts, value))
        case msgspec.Struct():
            return [without_texts(getattr(value, name)) for name in value.__struct_fields__]
    return value


@given(made_of(msgspec.inspect.type_info(BenchState)) | made_of(msgspec.inspect.type_info(PageChanged)))
def test_what_is_no_text_is_left_as_it_is(event: BenchState | PageChanged) -> None:
    assert without_texts(cleaned_event(event)) == without_texts(event)


def test_what_is_clean_is_not_copied() -> None:
    event = decode_event(encode(SlotChanged(samples.FAIL.slots[0])))
    assert cleaned_event(event) is event
