"""`station gate`: how each slot stands in this shift, what opens it all the same, and when shifts begin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from station.bench_checks.options import AS_JSON, BY, DATA, DONE, known_store, opened_store
from station.bench_commands import MOST_SLOTS

if TYPE_CHECKING:
    from station.bench.gating import GateFacts
    from station.bench.shifts import Shift
    from station.store.bench_store import BenchStore

__all__ = ["gate"]

_SLOT: Final = click.IntRange(1, MOST_SLOTS)


@click.group()
def gate() -> None:
    """The gate of each slot: golden laptops at the start of a shift, and waivers with an end."""


@gate.command("show")
@DATA
@AS_JSON
def gate_show(data: Path | None, as_json: bool) -> int:
    """How each slot stands in this shift. What the doctor looks at is not in it: station doctor."""
    import msgspec

    from station.bench.gate_wording import shift_words
    from station.bench.gating import slot_gate
    from station.bench_checks import wording
    from station.output import print_json

    with opened_store(data) as store:
        shift, facts = _facts(store)
        gates = [slot_gate(slot, facts, store.clock.now_text()) for slot in _slots(store)]
    words = shift_words(shift)
    if as_json:
        shown = {"shift": shift.name, "hours": words, "profile": facts.profile}
        print_json(shown | {"slots": [msgspec.to_builtins(one) for one in gates]})
        return DONE
    click.echo(wording.gate_head(shift, words, facts.profile))
    if not facts.goldens:
        click.echo(wording.NO_GOLDEN)
        return DONE
    for one in gates:
        for line in wording.gate_lines(one):
            click.echo(line)
    return DONE


@gate.command("waive")
@click.argument("slot", type=_SLOT)
@BY
@click.option("--and", "second", required=True, metavar="NAME", help="The second person, who approves it.")
@click.option("--until", required=True, metavar="YYYY-MM-DDTHH:MM", help="When it ends (local time).")
@click.option("--reason", required=True, help="Why the slot may work without its golden laptops.")
@DATA
@AS_JSON
def gate_waive(slot: int, by: str, second: str, until: str, reason: str, data: Path | None, as_json: bool) -> int:
    """Opens a slot without its golden laptops until a time. Two people stand behind it, one of them a supervisor."""
    import msgspec

    from station.bench import gate_wording
    from station.bench_checks import wording
    from station.bench_checks.typed import moment_typed, two_people
    from station.deciding.typed import text_typed
    from station.output import print_json
    from station.store.golden_book import LONGEST_NAME, GoldenBook
    from station.store.people_book import PeopleBook

    who = text_typed(by, "--by", wording.NO_BY, LONGEST_NAME)
    other = text_typed(second, "--and", wording.NO_SECOND, LONGEST_NAME)
    why = text_typed(reason, "--reason", wording.NO_REASON)
    with opened_store(data) as store:
        ends = moment_typed(until, store.clock.wall())
        asked, approved = two_people(PeopleBook(store, store.clock), who, other)
        book = GoldenBook(store, store.clock)
        waiver_id = book.waive(slot, ends, asked, approved, why)
        [made] = [one for one in book.waivers(store.clock.now_text()) if one.waiver_id == waiver_id]
    if as_json:
        print_json(msgspec.to_builtins(made))
    else:
        click.echo(gate_wording.waived(made, None))
    return DONE


@gate.command("end")
@click.argument("slot", type=_SLOT)
@BY
@DATA
@AS_JSON
def gate_end(slot: int, by: str, data: Path | None, as_json: bool) -> int:
    """Ends the waivers of a slot from now on."""
    from station.bench_checks import wording
    from station.deciding.errors import DecisionRefused
    from station.deciding.typed import text_typed
    from station.output import print_json
    from station.store.golden_book import LONGEST_NAME, GoldenBook

    who = text_typed(by, "--by", wording.NO_BY, LONGEST_NAME)
    with opened_store(data) as store:
        if not GoldenBook(store, store.clock).end_waiver(slot, who):
            raise DecisionRefused(wording.no_waiver(slot))
    if as_json:
        print_json({"slot": slot, "ended_by": who})
    else:
        click.echo(wording.waiver_ended(slot))
    return DONE


@gate.command("shifts")
@click.argument("starts", required=False)
@DATA
@AS_JSON
def gate_shifts(starts: str | None, data: Path | None, as_json: bool) -> int:
    """Sets when shifts begin, as in "06:00 14:00 22:00" (local time); without STARTS, says when they do."""
    from station.bench.gate import starts_kept
    from station.bench.shifts import SHIFTS, USUAL_SHIFTS, ShiftsWrong, parse_shifts
    from station.bench_checks import wording
    from station.deciding.errors import DecisionRefused
    from station.output import print_json

    if starts is None:
        with known_store(data) as known:
            found = parse_shifts(USUAL_SHIFTS) if known is None else starts_kept(known)
        sentence = wording.shifts_now(found)
    else:
        try:
            found = parse_shifts(starts)
        except ShiftsWrong as error:
            raise DecisionRefused(str(error)) from error
        with opened_store(data) as store:
            store.set_setting(SHIFTS, " ".join(f"{one:%H:%M}" for one in found))
        sentence = wording.shifts_set(found)
    if as_json:
        print_json({"shifts": [f"{one:%H:%M}" for one in found]})
    else:
        click.echo(sentence)
    return DONE


def _facts(store: BenchStore) -> tuple[Shift, GateFacts]:
    """The shift and what is known of it, for the profile in the settings; for none where that cannot be used."""
    from specs.profile import ProfileError
    from station.bench.gate import gate_facts
    from station.bench.profile_in_use import DEFAULT_PROFILE
    from station.bench_commands import library

    try:
        used = library().open(store.setting("profile", DEFAULT_PROFILE))
    except ProfileError:
        return gate_facts(store, store.clock, "", "")
    return gate_facts(store, store.clock, used.id, used.digest)


def _slots(store: BenchStore) -> list[int]:
    """The slots of the bench's settings; the first one where they name none, as the engine has it."""
    return [slot for slot in range(1, MOST_SLOTS + 1) if store.setting(f"slot.{slot}")] or [1]
