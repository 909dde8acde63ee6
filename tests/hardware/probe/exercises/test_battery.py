"""The battery is sampled as it is, until enough was drawn from it."""

import pytest

from hardware.probe.exercises import battery

SUPPLY = "sys/class/power_supply"


@pytest.fixture
def laptop(files):
    """On mains, with one battery; a mouse's battery beside it."""
    return files(
        {
            f"{SUPPLY}/ADP1/type": "Mains\n",
            f"{SUPPLY}/ADP1/online": "1\n",
            f"{SUPPLY}/BAT0/type": "Battery\n",
            f"{SUPPLY}/BAT0/status": "Charging\n",
            f"{SUPPLY}/BAT0/power_now": "0\n",
            f"{SUPPLY}/BAT0/energy_now": "30000000\n",
            f"{SUPPLY}/BAT0/serial_number": "123\n",
            f"{SUPPLY}/hidpp_battery_0/type": "Battery\n",
            f"{SUPPLY}/hidpp_battery_0/scope": "Device\n",
        }
    )


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(battery, "SECONDS", 0.001)


def test_it_samples_until_enough_was_drawn_after_the_charger_was_unplugged(session_of, laptop, quick):
    seen = []

    def on(message):
        if "note" in message:
            seen.append(1)
            if len(seen) == 5:
                (laptop / SUPPLY / "ADP1/online").write_text("0\n")
                (laptop / SUPPLY / "BAT0/status").write_text("Discharging\n")
                (laptop / SUPPLY / "BAT0/power_now").write_text("6100000\n")

    measured = battery.run(session_of(laptop, on=on), 10)
    assert [sample["mains"] for sample in measured["samples"]] == [True] * 5 + [False] * 10
    assert measured["samples"][-1]["batteries"] == {
        "BAT0": {"status": "Discharging", "power_now": "6100000", "energy_now": "30000000"}
    }


def test_a_charger_that_stays_gives_the_first_and_the_last_samples(session_of, laptop, quick):
    notes = []

    def on(message):
        notes.append(message)
        if len(notes) > 200:
            session.stop()

    session = session_of(laptop, on=on)
    samples = battery.run(session, 10)["samples"]
    assert len(samples) == 64
    assert all(sample["mains"] is True for sample in samples)
    times = [sample["at"] for sample in samples]
    assert times == sorted(times)


def test_where_no_charger_tells_the_batteries_do(session_of, laptop, quick):
    (laptop / SUPPLY / "ADP1/online").unlink()
    session = session_of(laptop)
    assert battery.sample(session, 0.0, ["BAT0"], ["ADP1"])["mains"] is None
    (laptop / SUPPLY / "BAT0/status").write_text("Discharging\n")
    assert battery.sample(session, 0.0, ["BAT0"], ["ADP1"])["mains"] is False
    assert battery.sample(session, 0.0, ["BAT0"], [])["mains"] is False


def test_a_laptop_on_battery_from_the_start_is_measured(do, laptop):
    (laptop / SUPPLY / "ADP1/online").write_text("0\n")
    answer = do("battery", {"samples": 2}, root=laptop)
    assert len(answer.measured["samples"]) == 2
    assert answer.progress == [("started", 0, 0), ("going", 1, 2), ("going", 2, 2)]


def test_no_battery_is_a_reason(do, files):
    assert do("battery", {}, root=files({f"{SUPPLY}/ADP1/type": "Mains\n"})).error == "the laptop shows no battery"
