"""Disputes: what two accounts differ about may fail a laptop and never passes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from checks.catalogue import CATALOGUE
from checks.check import Check, Measured, Reading
from checks.disputes import disputed, disputed_part, doubted, undisputed
from checks.judge import judge_requirement
from checks.verdict import MAY_SHIP, Finding, Verdict
from hardware.evidence import disagreements
from specs.facts import Claim, Disagreement, Fact, Facts, Firmware, Identity, Known, Unknown, known
from specs.limits import Equals, Limit, OneOf
from specs.profile import Requirement, Standing
from tests.checks.families import outcome
from tests.checks.strategies import GOOD, with_fact


def differ(*paths: str) -> Facts:
    claims = (Claim("1", ("one",)), Claim("2", ("two",)))
    return Facts(disagreements=known(tuple(Disagreement(path, claims) for path in paths)))


def test_a_dispute_tells_both_accounts_and_their_evidence():
    doubt = disputed(differ("identity.uuid", "firmware.date"), "firmware.date")
    assert doubt == Unknown("two accounts of firmware.date differ: 1 (one), 2 (two)", ("one", "two"), "differs")


@pytest.mark.parametrize("facts", [Facts(), Facts(disagreements=known(())), differ("firmware.version")])
def test_where_nothing_differs_there_is_no_doubt(facts: Facts):
    assert disputed(facts, "firmware.date") is None
    assert disputed_part(facts, "storage", ("bytes",)) is None


def test_a_part_is_found_by_its_leaf_whatever_it_is_called():
    for name in ("sda", "Disk 0", "PCI.0.1"):
        assert disputed_part(differ(f"storage.{name}.health.pending"), "storage", ("health.pending",)) is not None
    assert disputed_part(differ("storage.sda.health.pending"), "storage", ("pending.x", "bytes")) is None
    assert disputed_part(differ("battery.sda.bytes"), "storage", ("bytes",)) is None


def test_a_part_set_apart_puts_nothing_in_doubt():
    facts = differ("storage.sda.bytes")
    assert disputed_part(facts, "storage", ("bytes",), apart=("sdb",)) is not None
    assert disputed_part(facts, "storage", ("bytes",), apart=("sda",)) is None


def test_a_doubt_leaves_the_value_and_the_gravest_reason():
    absent, locked = Unknown("differ", (), "absent"), Unknown("locked", (), "unreadable")
    assert doubted(Measured(1), None) == Measured(1)
    assert doubted(Measured(1), absent, None) == Measured(1, unread=absent)
    assert doubted(Measured(1, unread=locked), absent) == Measured(1, unread=locked)
    assert doubted(locked, absent) is locked


def test_a_fact_that_is_not_in_dispute_reads_as_it_is():
    facts = Facts(firmware=Firmware(version=known("1.2", "smbios")))
    assert undisputed(facts, "firmware.version", "Insyde") == Measured("1.2", ("smbios",), "Insyde")
    assert undisputed(Facts(), "firmware.version") == Facts().firmware.version


# Every fact of which two accounts are compared, walked: no check that reads it passes while they differ.


def _rich() -> Facts:
    """The good laptop with every fact that is compared, and two disks, so that each could be the larger."""
    identity = Identity(
        manufacturer=known("LENOVO"),
        product=known("81MA"),
        version=known("Lenovo 300e"),
        sku=known("LENOVO_MT_81MA"),
        serial=known("PF1A2B3C"),
        uuid=known("4c4c4544-0043-3010-8052-b4c04f564631"),
        board_serial=known("L1HF91K00AB"),
        chassis=known("Notebook"),
        label_serial=known("PF1A2B3C"),
        board_product=known("LNVNB161216"),
    )
    firmware = replace(
        GOOD.firmware, date=known("2021-03-12"), oem_key_present=known(True), oem_key_last5=known("3V66T")
    )
    memory = replace(GOOD.memory, visible_bytes=known(3 * 2**30))
    assert isinstance(GOOD.storage, Known)
    assert isinstance(GOOD.battery, Known)
    assert isinstance(GOOD.display, Known)
    numbers = dict.fromkeys(("power_on_hours", "power_cycles", "life_used", "life_time_a", "life_time_b"), known(1))
    health = replace(GOOD.storage.value[0].health, available_spare=known(100), **numbers)
    told = {"model": known("DA4064"), "serial": known("0x1d2f3a44"), "firmware": known("0x0107"), "health": health}
    disk = replace(GOOD.storage.value[0], **told)
    small = replace(disk, name="mmcblk1", bytes=known(32 * 10**9), kind=known("ssd"))
    battery = replace(GOOD.battery.value[0], model=known("L17M3PB0"), serial=known("1032"))
    panel = {"manufacturer": known("BOE"), "product": known("NT116"), "product_code": known(2000), "serial": known("7")}
    display = replace(GOOD.display.value[0], **panel, year=known(2020), edid_sound=known(True))
    return replace(
        GOOD,
        identity=identity,
        firmware=firmware,
        processor=replace(GOOD.processor, threads=known(2)),
        memory=memory,
        storage=known((disk, small), "block"),
        battery=known((battery,), "battery"),
        display=known((display,), "drm"),
        tpm=replace(GOOD.tpm, manufacturer=known("INTC")),
    )


RICH = _rich()
# The path in the facts, and the one under which two accounts of it are kept.
COMPARED = [
    *((path, path) for path in disagreements._COMPARED),
    *(
        (f"storage[0].{leaf}", f"storage.mmcblk0.{leaf}")
        for leaf in {**disagreements._DISK, **disagreements._DISK_COPIES}
    ),
    *((f"battery[0].{leaf}", f"battery.BAT0.{leaf}") for leaf in disagreements._BATTERY),
    *((f"display[0].{leaf}", f"display.eDP-1.{leaf}") for leaf in disagreements._DISPLAY),
]
# What two accounts may differ about and no check reads, so that nothing can pass by it.
READ_BY_NONE = {
    "identity.version",
    "identity.board_product",
    "firmware.oem_key_last5",
    "storage[0].health.life_time_a",
    "storage[0].health.life_time_b",
    "display[0].product_code",
    "display[0].serial",
}


def _arguments(check: Check) -> list[dict[str, Any]]:
    given = [example.arguments for example in check.examples]
    return [one for index, one in enumerate(given) if one not in given[:index]]


def _others(value: Any) -> Iterator[Fact[Any]]:
    """Other values of the same kind, and none."""
    yield Unknown("nobody knows", (), "unreadable")
    if isinstance(value, bool):
        yield known(not value)
    elif isinstance(value, str):
        yield from map(known, ("QEMU", "failed", "urgent", "1.2", "1999-01-01"))
    else:
        yield from map(known, (0, 2 * value + 1, 10**6))


def _readers(path: str) -> list[tuple[Check, dict[str, Any]]]:
    """The checks whose reading changes with that fact, each with the arguments with which it does."""

    def changes(check: Check, arguments: dict[str, Any]) -> bool:
        before = outcome(check.reading(RICH, arguments))
        value = _at(path)
        return any(
            outcome(check.reading(with_fact(RICH, path, lambda _, new=other: new), arguments)) != before  # type: ignore[misc]
            for other in _others(value)
        )

    return [
        (check, arguments)
        for check in CATALOGUE.values()
        if check.id != "disagreements.count"
        for arguments in _arguments(check)
        if changes(check, arguments)
    ]


def _at(path: str) -> Any:
    found: list[Any] = []

    def keep(fact: Fact[Any]) -> Fact[Any]:
        found.append(fact)
        return fact

    with_fact(RICH, path, keep)
    assert isinstance(found[0], Known), f"{path} is not known of the laptop that is tested"
    return found[0].value


def _finding(check: Check, arguments: dict[str, Any], facts: Facts, allowed: Reading) -> Finding:
    """What a required row comes to that allows just what is read where nothing differs."""
    assert isinstance(allowed, Measured), check.id
    value = allowed.value
    limit: Limit = OneOf(value) if isinstance(value, tuple) else Equals(value)
    row = Requirement(
        check.id,
        limit,
        check.measure,
        "major",
        "inconclusive",
        "a test",
        Standing.INFERRED,
        "t@1",
        arguments=arguments,
    )
    return judge_requirement(facts, row)


@pytest.mark.parametrize(("path", "kept_as"), COMPARED, ids=[path for path, _ in COMPARED])
def test_no_check_passes_by_a_fact_of_which_two_accounts_differ(path: str, kept_as: str):
    disputed_facts = replace(RICH, disagreements=differ(kept_as).disagreements)
    readers = _readers(path)
    assert bool(readers) == (path not in READ_BY_NONE), [check.id for check, _ in readers]
    for check, arguments in readers:
        reading = check.reading(RICH, arguments)
        assert _finding(check, arguments, RICH, reading).verdict is Verdict.PASS
        finding = _finding(check, arguments, disputed_facts, reading)
        assert finding.verdict not in MAY_SHIP, check.id
        assert finding.reason == "sources_differ", check.id
