"""A process that reads and judges evidence, so that the engine never waits for a parser.

Each slot has one. It holds the items of the attempt in hand and answers over its standard streams with
length-prefixed MessagePack. Evidence is hostile: the engine gives each answer a deadline, and a worker that
misses it, or dies, is replaced; its address space is bounded.
"""

from __future__ import annotations

import resource
import sys
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from checks.judge import judge, judge_requirement
from checks.verdict import Finding, Verdict
from hardware.evidence.bundle import Bundle, Item
from hardware.evidence.facts import read_facts
from specs.decisions import NO_DECISIONS, Decisions
from specs.facts import Facts, value_of
from specs.naming import model_name
from specs.profile import Profile
from station.frames import framed, read_frame
from station.kept_facts import KeptFacts, pack_facts
from station.records import DeviceSeen

__all__ = ["Add", "Answer", "Begin", "Identify", "JudgeNow", "Judged", "Named", "Request", "device_seen", "main"]

LARGEST_MEMORY: Final = 2 * 2**30
"""Bytes of address space: a 16 MiB bundle takes well under 256 MiB, Python with its libraries some 500 MiB."""


class Begin(Struct, frozen=True, tag="begin"):
    """A new attempt: forget the old items. `decisions` are those in force now. No answer."""

    profile: Profile
    decisions: Decisions = NO_DECISIONS


class Add(Struct, frozen=True, tag="add"):
    """One more item, or one in the place of the earlier one of its id. No answer."""

    item: Item


class JudgeNow(Struct, frozen=True, tag="judge"):
    """Judge by the items so far: the checks named, or the whole profile where `whole`."""

    checks: tuple[str, ...] = ()
    whole: bool = False


class Identify(Struct, frozen=True, tag="identify"):
    """Who the laptop of this one item is. It is no part of the attempt in hand."""

    item: Item


class Named(Struct, frozen=True, tag="named"):
    """The answer to `Identify`, in the words of the firmware; empty where it says nothing that can be used."""

    serial: str
    model: str


class Judged(Struct, frozen=True, tag="judged"):
    """The answer to `JudgeNow`. `verdict` and `facts` (what was read) are None unless the whole profile was judged."""

    findings: tuple[Finding, ...]
    verdict: Verdict | None
    device: DeviceSeen
    problems: tuple[str, ...]
    facts: KeptFacts | None = None


Request: TypeAlias = Begin | Add | JudgeNow | Identify
Answer: TypeAlias = Judged | Named


def device_seen(facts: Facts) -> DeviceSeen:
    """The laptop in its own words."""
    who = facts.identity
    manufacturer, product = value_of(who.manufacturer) or "", value_of(who.product) or ""
    return DeviceSeen(manufacturer, product, model_name(who), value_of(who.serial) or "")


def main() -> None:
    """Serves requests on standard input until it ends."""
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    requests = msgspec.msgpack.Decoder(Request)
    begun: Begin | None = None
    items: dict[str, Item] = {}
    while (message := read_frame(sys.stdin.buffer)) is not None:
        request = requests.decode(message)
        match request:
            case Begin():
                begun, items = request, {}
            case Add():
                items[request.item.meta.id] = request.item
            case JudgeNow() if begun is not None:
                _say(_judge(begun, Bundle.of(items.values()), request))
            case Identify():
                device = device_seen(read_facts(Bundle.of((request.item,))).facts)
                _say(Named(device.serial, device.model))


def _say(answer: Answer) -> None:
    sys.stdout.buffer.write(framed(answer))
    sys.stdout.buffer.flush()


def _judge(begun: Begin, bundle: Bundle, request: JudgeNow) -> Judged:
    profile = begun.profile
    reading = read_facts(bundle)
    problems = tuple(problem.message for problem in reading.problems)
    device = device_seen(reading.facts)
    if request.whole:
        judgement = judge(reading.facts, profile, again=reading.again, decisions=begun.decisions)
        return Judged(judgement.findings, judgement.verdict, device, problems, pack_facts(reading))
    wanted = frozenset(request.checks)
    findings = tuple(judge_requirement(reading.facts, row) for row in profile.requirements if row.check in wanted)
    return Judged(findings, None, device, problems)


if __name__ == "__main__":
    main()
