"""What follows from the readings of each exercise, worked out by hand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from hardware.evidence.exercises.key_names import key_name
from hardware.probe.exercises.keyboard import LAYOUTS
from specs.facts import (
    DisplayShown,
    KeysPressed,
    Known,
    LidMoved,
    MemoryTest,
    SensorHeat,
    TouchpadTouched,
    Unknown,
    UsbPort,
    UsbTried,
)
from tests.hardware.evidence.exercises.documents import GOOD
from tests.hardware.evidence.exercises.reading import fact, value


def known(found: Any) -> Any:
    assert isinstance(found, Known), found
    return found.value


def absent(found: Any) -> str:
    assert isinstance(found, Unknown), found
    assert found.problem == "absent"
    return found.reason


def unreadable(found: Any) -> str:
    assert isinstance(found, Unknown), found
    assert found.problem == "unreadable"
    return found.reason


def refused(name: str, **changed: Any) -> bool:
    found = fact(name, **changed)
    return isinstance(found, Unknown) and found.problem == "unreadable"


def changed_first(name: str, field: str, **changed: Any) -> dict[str, Any]:
    """The list in a good result with its first member changed."""
    first, *rest = GOOD[name][1][field]
    return {field: [{**first, **changed}, *rest]}


# ---- memory ---------------------------------------------------------------------------------------------------------


def test_memory_is_what_was_tested_and_what_came_back_different():
    assert value("memory", mismatches=3) == MemoryTest(2 * 2**30, 3 * 2**30, 5, 3)


@pytest.mark.parametrize("wrong", [-1, 1.5, "0", None, True, 2**63])
def test_a_count_that_is_none_is_refused(wrong: Any):
    assert refused("memory", mismatches=wrong)


# ---- storage --------------------------------------------------------------------------------------------------------


def test_a_disks_speed_is_what_was_read_by_the_time_it_took():
    [disk] = value("storage")
    assert (disk.name, disk.read_bytes) == ("nvme0n1", 4 * 10**9)
    assert (known(disk.errors), known(disk.speed_mb_s)) == (0, 500.0)


@pytest.mark.parametrize("reason", ["removable", "on USB", "its size is 0"])
def test_a_stick_is_no_disk_of_the_laptops(reason: str):
    assert value("storage", **changed_first("storage", "disks", skipped=reason, bytes_read=0)) == ()


@pytest.mark.parametrize("reason", ["no time was left for it", "Permission denied", "", "removable "])
def test_a_disk_that_was_left_out_for_any_other_reason_is_not_known(reason: str):
    [disk] = value("storage", **changed_first("storage", "disks", skipped=reason))
    assert unreadable(disk.errors) == unreadable(disk.speed_mb_s)


def test_a_disk_of_which_nothing_came_has_no_speed_and_its_errors_stay():
    [dead] = value("storage", **changed_first("storage", "disks", bytes_read=0, error_count=7))
    assert known(dead.errors) == 7
    assert absent(dead.speed_mb_s)
    [silent] = value("storage", **changed_first("storage", "disks", bytes_read=0))
    assert absent(silent.errors)


def test_a_reading_that_took_no_time_has_no_speed():
    [disk] = value("storage", **changed_first("storage", "disks", seconds=0))
    assert known(disk.errors) == 0
    assert absent(disk.speed_mb_s)


def test_more_disks_than_any_laptop_has_are_refused():
    disk = GOOD["storage"][1]["disks"][0]
    assert len(value("storage", disks=[disk] * 16)) == 16
    assert refused("storage", disks=[disk] * 17)


# ---- processor ------------------------------------------------------------------------------------------------------


def test_each_sensors_hottest_stands_beside_the_limit_that_it_names():
    load = value("cpu", wrong=1, throttled_after=5)
    assert (load.threads, load.rounds, load.wrong, known(load.throttled)) == (4, 1200, 1, 2)
    package, board = known(load.sensors)
    assert package == SensorHeat("coretemp Package id 0", 81.0, Known(105.0, ("exercise-cpu",)))
    assert (board.sensor, board.hottest_c) == ("acpitz", 44.0)
    assert absent(board.critical_c)


def test_it_was_watched_from_the_first_look_to_the_last_whatever_their_order():
    looks = [{"at": at, "celsius": {}} for at in (8.25, 3.0, 12.5)]
    assert value("cpu", samples=looks).watched_s == 9.5
    assert value("cpu", samples=looks[:1]).watched_s == value("cpu", samples=[]).watched_s == 0


@pytest.mark.parametrize("nonsense", [-273.1, 65261.8, 200.0, -41.0])
def test_what_no_laptop_can_be_is_no_temperature(nonsense: float):
    samples = [{"at": 0.0, "celsius": {"broken": nonsense, "whole": 50.0}, "mhz": None}]
    [sensor] = known(value("cpu", samples=samples, critical={"whole": nonsense}).sensors)
    assert (sensor.sensor, sensor.hottest_c) == ("whole", 50.0)
    assert absent(sensor.critical_c)


def test_a_laptop_without_sensors_and_counters_says_nothing_of_heat():
    load = value("cpu", samples=[], throttled_before=None)
    assert absent(load.sensors)
    assert absent(load.throttled)


def test_a_counter_that_ran_backwards_counts_nothing():
    assert absent(value("cpu", throttled_before=9, throttled_after=3).throttled)


def test_names_of_sensors_come_out_clean_and_of_too_many_the_hottest_are_kept():
    samples = [{"at": 0.0, "celsius": {f"\x1b{sample}-{n}": 30.0 + n for n in range(60)}} for sample in range(4)]
    sensors = known(value("cpu", samples=samples).sensors)
    assert len(sensors) == 64
    assert min(one.hottest_c for one in sensors) >= 70
    assert not any("\x1b" in one.sensor for one in sensors)


# ---- sound ----------------------------------------------------------------------------------------------------------


def test_a_tone_stands_over_the_noise_by_the_difference_of_their_levels():
    left, right = value("sound")
    assert (left.channel, known(left.over_noise_db), known(left.rms)) == ("left", 33.5, 0.11)
    assert (right.channel, known(right.over_noise_db)) == ("right", 30.5)


def test_another_tone_than_the_one_that_was_asked_for_is_a_recording():
    left, right = value("sound", **changed_first("sound", "loops", hertz=5180))
    assert "2410 Hz was asked for" in unreadable(left.over_noise_db)
    assert known(right.over_noise_db)


def test_a_loop_that_could_not_be_played_is_not_known():
    left, _ = value("sound", **changed_first("sound", "loops", error="aplay: busy\x07"))
    assert unreadable(left.over_noise_db).endswith("aplay: busy")


@pytest.mark.parametrize("spoilt", [{"channel": "middle"}, {"tone_db": 1e6}, {"hertz": 0}, {"rms": -1}, {"rms": None}])
def test_a_loop_that_cannot_be_is_refused(spoilt: dict[str, Any]):
    assert refused("sound", **changed_first("sound", "loops", **spoilt))


# ---- Wi-Fi ----------------------------------------------------------------------------------------------------------


def test_networks_are_told_strongest_first_and_clean():
    networks = [
        {"bssid": "02:00:00:00:00:01", "ssid": "weak\x1b[0m", "signal_dbm": -80, "mhz": 2412},
        {"bssid": "02:00:00:00:00:02", "ssid": "strong", "signal_dbm": -40.5, "mhz": 5180},
    ]
    [scan] = value("wifi", interfaces=[{"name": "wlan0", "networks": networks, "error": None}])
    assert [(one.ssid, one.signal_dbm) for one in known(scan.networks)] == [("strong", -40.5), ("weak[0m", -80.0)]


def test_seeing_nothing_is_known_and_not_being_able_to_look_is_not():
    nothing, refused_to = value(
        "wifi",
        interfaces=[
            {"name": "wlan0", "networks": [], "error": None},
            {"name": "wlan1", "networks": [], "error": "command failed: Device or resource busy (-16)"},
        ],
    )
    assert known(nothing.networks) == ()
    assert "busy" in unreadable(refused_to.networks)


# ---- battery --------------------------------------------------------------------------------------------------------


def samples(*told: Mapping[str, str | None], mains: bool | None = False, step: float = 2.0) -> list[dict[str, Any]]:
    return [{"at": step * place, "mains": mains, "batteries": {"BAT0": one}} for place, one in enumerate(told)]


def watts(*told: Mapping[str, str | None], **how: Any) -> Any:
    return value("battery", samples=samples(*told, **how)).watts


def test_the_power_is_the_mean_of_what_was_told_once_it_had_settled():
    # The first two are within 3 s of unplugging.
    powers = ("99000000", "99000000", "6000000", "8000000")
    assert known(watts(*({"power_now": power} for power in powers))) == 7.0


def test_a_current_and_a_voltage_are_a_power_whatever_the_sign():
    assert known(watts(*[{"current_now": "-500000", "voltage_now": "12000000"}] * 4)) == 6.0


def test_two_batteries_give_together():
    both = {"BAT0": {"power_now": "4000000"}, "BAT1": {"power_now": "2500000"}}
    taken = [{"at": float(at), "mains": False, "batteries": both} for at in range(6)]
    assert known(value("battery", samples=taken).watts) == 6.5


def test_where_no_power_is_told_what_is_left_is_compared():
    # Once settled 0.02 Wh in 6 s, which are 12 W.
    left = (30_040_000, 30_030_000, 30_020_000, 30_015_000, 30_005_000, 30_000_000)
    assert known(watts(*({"power_now": "0", "energy_now": str(energy)} for energy in left))) == 12.0
    charge = ({"charge_now": str(energy // 10), "voltage_now": "10000000"} for energy in left)
    assert known(watts(*charge)) == 12.0


@pytest.mark.parametrize(
    "told",
    [
        {"power_now": "0", "energy_now": "30000000"},
        {"power_now": None},
        {},
        {"power_now": "much"},
        {"status": "Charging", "power_now": "9000000"},
    ],
    ids=str,
)
def test_a_battery_that_tells_of_no_change_is_not_known(told: dict[str, str | None]):
    assert absent(watts(*[told] * 8))


@pytest.mark.parametrize("mains", [True, None])
def test_a_charger_that_stayed_in_is_no_reading(mains: bool | None):
    assert "never seen without its charger" in absent(watts(*[{"power_now": "6000000"}] * 8, mains=mains))


def test_a_moment_without_the_charger_is_no_reading():
    assert "less than 3 s" in absent(watts(*[{"power_now": "6000000"}] * 3, step=1.0))


# ---- hands ----------------------------------------------------------------------------------------------------------


def test_all_keys_answered():
    keys = value("keyboard")
    assert keys.stuck == ()
    assert set(keys.pressed) == {key_name(code) for code in LAYOUTS["iso-uk"]}


def test_a_key_answers_that_went_down_and_up_and_has_its_printed_name():
    told = [{"code": 30, "down": 2, "up": 2}, {"code": 28, "down": 1, "up": 0}, {"code": 44, "down": 0, "up": 0}]
    assert value("keyboard", keys=told, held=[42]) == KeysPressed(("A",), ("Enter", "left Shift"))


def test_which_keys_there_must_be_is_not_for_the_laptop_to_say():
    told = [{"code": 30, "down": 1, "up": 1}]
    assert value("keyboard", keys=told, wanted=[30], complete=True) == value("keyboard", keys=told, wanted=[])


def test_a_key_that_nobody_named_has_its_number():
    assert value("keyboard", keys=[{"code": 183, "down": 1, "up": 1}]).pressed == ("key 183",)


@pytest.mark.parametrize("spoilt", [{"held": [768]}, {"held": [-1]}, {"held": [1] * 257}, {"keys": None}])
def test_a_key_that_no_keyboard_has_is_refused(spoilt: dict[str, Any]):
    assert refused("keyboard", **spoilt)


def test_a_cell_counts_once():
    assert value("touchpad", cells=[3, 3, 7]) == TouchpadTouched(2, 2, 1, 2, 0)
    assert refused("touchpad", cells=[25])


def test_a_colour_counts_once_where_it_stood_and_the_number_is_none():
    shown = [
        {"colour": "red", "at": 0.0, "seconds": 2.0},
        {"colour": "red", "at": 9.0, "seconds": 2.0},
        {"colour": "green", "at": 2.0, "seconds": 0.2},
        {"colour": "number", "at": 4.0, "seconds": 6.0},
        {"colour": "\x1b[2Jblue", "at": 4.0, "seconds": 2.0},
    ]
    assert value("display", shown=shown, complete=False) == DisplayShown(("red", "[2Jblue"), False)
    assert value("display").colours == ("red", "green", "blue", "white", "black", "grey")


def test_a_lid_is_opened_only_after_it_was_closed():
    def moved(*closed: bool) -> Any:
        return value("lid", events=[{"at": float(at), "closed": now} for at, now in enumerate(closed)])

    assert value("lid") == LidMoved(1, 1, 1)
    assert moved(False) == LidMoved(1, 0, 0)
    assert moved(True) == LidMoved(1, 1, 0)
    assert moved(False, True, False, True) == LidMoved(1, 2, 1)
    assert value("lid", switches=[]).switches == 0


def test_a_port_counts_once_by_its_fastest_speed():
    plugged = [
        {"at": 1.0, "port": "1-2", "speed_mbps": 12, "id": "a:b", "gone_at": 2.0},
        {"at": 3.0, "port": "1-2", "speed_mbps": 480, "id": "a:b", "gone_at": None},
        {"at": 5.0, "port": "\x1b", "speed_mbps": 480, "id": "a:b", "gone_at": None},
    ]
    assert value("usb", plugged=plugged) == UsbTried((UsbPort("1-2", 480),), 4, True)
