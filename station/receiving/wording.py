"""What `station delivery` says to a person, and what it finds wrong with a list: every sentence of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from specs.text import clean
from station.store.receipt import Counted, Delivery, Difference, Expected, Kind, KindTally, Outcome, Tally

__all__ = [
    "BAD_CSV",
    "CARTON_NAMED_BEFORE",
    "EMPTY",
    "NOTHING_TOLD",
    "NOT_DIGITS",
    "NOT_UTF8",
    "NO_DELIVERIES",
    "NO_HEADER",
    "NO_NAME",
    "NO_ROWS",
    "NO_SUPPLIER",
    "ROUNDED",
    "SSCC_CHECK_DIGIT",
    "UNREADABLE_MODEL",
    "ZERO_BYTES",
    "another_carton",
    "another_pallet",
    "another_use",
    "bad_reference",
    "bad_value",
    "columns_twice",
    "counts_of",
    "delivery_line",
    "difference_lines",
    "file_refused",
    "list_faults",
    "many",
    "no_carton",
    "no_codes_column",
    "no_delivery",
    "no_reference",
    "no_serial",
    "no_store",
    "opened_already",
    "report_lines",
    "row_fault",
    "serial_twice",
    "sscc_length",
    "too_long",
    "too_many_rows",
    "unknown_columns",
    "wrong_fields",
]

# Codes

NOT_DIGITS: Final = "it is not a number of 18 digits (SSCC)"
SSCC_CHECK_DIGIT: Final = "its check digit is wrong: a digit was misread, or typed wrong (SSCC)"
ROUNDED: Final = "a spreadsheet has rounded it; make the column a text column, and export the list again"


def sscc_length(digits: int) -> str:
    """So many digits are no SSCC."""
    lost = "; has a spreadsheet dropped the zeros in front?" if 15 <= digits < 18 else ""
    return f"it has {digits} digits, and the number of a carton or pallet (SSCC) has 18{lost}"


def no_carton(why: str) -> str:
    """It is no SSCC, and no number of the supplier's own either."""
    return f"it is no number of a carton ({why[:1].lower()}{why[1:]})"


def no_serial(why: str) -> str:
    """It is no serial number."""
    return f"it is no serial number ({why[:1].lower()}{why[1:]})"


def too_long(characters: int) -> str:
    """A field that is longer than any code."""
    return f"it has {characters:,} characters, and no code is that long"


def no_reference(longest: int) -> str:
    """The text cannot be a delivery's reference."""
    return f"a reference has up to {longest} letters and digits; blanks and . / _ # - may stand between them"


# Lists

NOT_UTF8: Final = "is not UTF-8 text; save it as CSV UTF-8, and try again"
ZERO_BYTES: Final = "is not UTF-8 text (it may be UTF-16, or no text at all); save it as CSV UTF-8, and try again"
BAD_CSV: Final = "is no well-formed CSV: {why}; export it again"
EMPTY: Final = "is empty"
NO_HEADER: Final = "has no header in its first row; name the columns there: carton, serial, pallet, model"
NO_ROWS: Final = "has a header and no rows"
NOTHING_TOLD: Final = "names neither a carton nor a serial number"
UNREADABLE_MODEL: Final = "it is longer than 80 letters, or holds characters that nobody can read"
CARTON_NAMED_BEFORE: Final = "carton {code} stands in row {row} already"


def file_refused(name: str, why: str) -> str:
    """The file as a whole."""
    return f"{clean(name, 120)} {why}"


def no_codes_column(found: Sequence[str]) -> str:
    """The header names neither of the columns that a list needs."""
    return f"names no column carton and no column serial; its first row says: {_listed(found)}"


def unknown_columns(names: Sequence[str]) -> str:
    """Columns that mean nothing here."""
    return (
        f"has columns that are not known here: {_listed(names)}; rename or remove them (known are carton, serial,"
        " pallet, model)"
    )


def columns_twice(names: Sequence[str]) -> str:
    """A column's name stands there twice."""
    return f"has columns twice: {_listed(names)}; leave one of each"


def too_many_rows(most: int) -> str:
    """More than a list may have."""
    return f"has more than {most:,} rows; split the delivery, each part with a reference of its own"


def row_fault(row: int, problem: str) -> str:
    """What is wrong with one row of the file, counted from 1 with the header."""
    return f"row {row}: {problem}"


def wrong_fields(found: int, wanted: int) -> str:
    """A row that is not as wide as the header."""
    return f"{many(found, 'field')}, and the header has {wanted}"


def bad_value(column: str, value: str, why: str) -> str:
    """One field."""
    return f"{column} {clean(value, 40) or '(unreadable)'}: {why}"


def serial_twice(serial: str, row: int) -> str:
    """A laptop that the list names twice."""
    return f"serial {serial} stands in row {row} already"


def another_carton(code: str, kind: Kind, row: int) -> str:
    """A code that is another kind of thing elsewhere in the list."""
    return f"{code} is the number of a {kind.value} in row {row}"


def another_use(code: str) -> str:
    """A row in which one code stands twice."""
    return f"{code} stands in two columns of this row"


def another_pallet(carton: str, pallet: str, row: int) -> str:
    """A carton that is on two pallets."""
    return f"carton {carton} is on {'pallet ' + pallet if pallet else 'no pallet'} in row {row}"


def list_faults(name: str, faults: Sequence[str], more: int) -> str:
    """Every fault that is named, each on a line of its own."""
    rest = [f"and {more:,} more"] if more else []
    count = len(faults) + more
    head = f"{clean(name, 120)} was not taken, and nothing was changed: {many(count, 'fault')}"
    return "\n  ".join([head, *faults, *rest])


# Commands

NO_DELIVERIES: Final = "No delivery is known at this bench. Make one known: station delivery expect FILE.csv"
NO_NAME: Final = "say with --by who makes the delivery known"
NO_SUPPLIER: Final = "say with --supplier whom the delivery comes from"


def bad_reference(typed: str, why: str) -> str:
    """What was typed as a reference."""
    return f"{clean(typed, 40) or 'that'} is no delivery's reference: {why}"


def no_store(folder: str) -> str:
    """There is no bench store in the data folder."""
    return f"no bench has worked in {clean(folder)} yet; name its data folder with --data"


def no_delivery(reference: str, known: Sequence[str]) -> str:
    """No delivery of that reference."""
    others = f"known are {', '.join(known)}" if known else "no delivery is known"
    return f"{reference} is not known at this bench; {others}"


def opened_already(delivery: Delivery) -> str:
    """A list for a delivery that has been opened."""
    return (
        f"{delivery.reference} was opened {_moment(delivery.opened_at)} by {delivery.opened_by}, and what came in is"
        " counted against the list as it was; advise the rest under a reference of its own"
    )


def difference_lines(reference: str, counts: str, difference: Difference, only_look: bool) -> tuple[str, ...]:
    """What a list has changed, or would."""
    if difference.new:
        return (f"{'Would be expected' if only_look else 'Expected'}: {reference} with {counts}.",)
    head = f"{reference} {'would be replaced' if only_look else 'is replaced'}, with {counts}"
    if not (difference.added or difference.removed or difference.changed):
        return (f"{head}. The list is the same as before.",)
    parts = (("added", difference.added), ("removed", difference.removed), ("changed", difference.changed))
    return (
        f"{head}: {', '.join(f'{len(codes):,} {word}' for word, codes in parts if codes)}.",
        *(f"  {word}: {_some(codes)}" for word, codes in parts if codes),
    )


def counts_of(expected: Iterable[Expected]) -> str:
    """ "24 cartons, 288 laptops, 2 pallets"."""
    kinds = [one.kind for one in expected]
    told = [(kind, kinds.count(kind)) for kind in (Kind.CARTON, Kind.LAPTOP, Kind.PALLET)]
    return ", ".join(many(count, kind.value) for kind, count in told if count)


def delivery_line(delivery: Delivery, tally: Tally) -> str:
    """A delivery in the list."""
    head = f"{delivery.reference}  {_supplied(delivery)}: "
    return f"{head}{_state(delivery)}; {_counted(tally)}"


def report_lines(
    delivery: Delivery,
    tally: Tally,
    latest: Sequence[Counted],
    within: Sequence[Expected],
    missing: Sequence[Expected],
) -> Iterable[str]:
    """A delivery in full: what is missing, extra and damaged, then what came, by its number."""
    yield f"{delivery.reference}  {_supplied(delivery)}: {_state(delivery)}"
    yield f"  made known {_moment(delivery.made_at)} by {delivery.made_by}"
    for kind in tally.kinds:
        if kind.expected and kind.kind is not Kind.PALLET:
            yield f"  {_kind_line(kind)}"
    if not any(kind.expected for kind in tally.kinds):
        yield f"  {_counted(tally)}"
    yield from _section("MISSING", [_expected_line(one) for one in missing])
    extra = [one for one in latest if one.receipt.outcome is Outcome.EXTRA]
    yield from _section("EXTRA, not on the list", [_receipt_line(one) for one in extra])
    damaged = [one for one in latest if one.receipt.outcome is Outcome.DAMAGED]
    yield from _section("DAMAGED", [_receipt_line(one) for one in damaged])
    received = [one for one in latest if one.receipt.outcome is Outcome.RECEIVED]
    yield from _section("RECEIVED", [_receipt_line(one) for one in received])
    yield from _section("CAME IN WHAT WAS RECEIVED, not scanned", [_expected_line(one) for one in within])


def many(count: int, word: str) -> str:
    """ "1 carton", "24 cartons"."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _section(title: str, lines: Sequence[str]) -> Iterable[str]:
    if lines:
        yield f"{title}: {len(lines):,}"
        yield from (f"  {line}" for line in lines)


def _kind_line(tally: KindTally) -> str:
    return f"{tally.kind.value}s: {tally.expected:,} expected, {tally.received:,} received, {tally.missing:,} missing"


def _expected_line(one: Expected) -> str:
    inside = f"  in {one.parent}" if one.parent else ""
    return f"{one.kind.value} {one.code}{f'  {one.model}' if one.model else ''}{inside}"


def _receipt_line(one: Counted) -> str:
    receipt = one.receipt
    unlisted = "  not on the list" if receipt.outcome is Outcome.DAMAGED and one.extra else ""
    return f"{receipt.kind.value} {receipt.code}  {_moment(receipt.at)} by {receipt.by}{unlisted}"


def _supplied(delivery: Delivery) -> str:
    return f"from {delivery.supplier}" if delivery.supplier else "nothing was advised"


def _state(delivery: Delivery) -> str:
    if delivery.closed_at:
        return f"closed {_moment(delivery.closed_at)} by {delivery.closed_by}"
    if delivery.opened_at:
        return f"open since {_moment(delivery.opened_at)}, by {delivery.opened_by}"
    return "expected"


def _counted(tally: Tally) -> str:
    by = tally.counts_by
    word = f"{by.kind.value}s"
    if by.expected:
        counts = f"{by.received:,} of {many(by.expected, by.kind.value)} received, {by.missing:,} missing"
    else:
        counts = f"{by.scanned:,} {word} received"
    return f"{counts}, {tally.extra:,} extra, {tally.damaged:,} damaged"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(clean(name, 40) or "(nothing)" for name in names[:12]) + (" and more" if len(names) > 12 else "")


def _some(codes: Sequence[str], most: int = 10) -> str:
    rest = f" and {len(codes) - most:,} more" if len(codes) > most else ""
    return ", ".join(codes[:most]) + rest


def _moment(utc: str) -> str:
    return f"{utc[:16].replace('T', ' ')} UTC"
