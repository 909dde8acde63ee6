"""The processor's load: right answers are known, wrong ones are counted, and heat ends it."""

import faulthandler
import hashlib
import os
import re
import signal

import numpy as np
import pytest

from hardware.probe.exercises import cpu
from hardware.probe.exercises.cpu import Answer, Sensors
from tests.hardware.probe.exercises.conftest import answer_of


def test_the_known_answer_is_what_others_compute_too():
    digest = b"intake-probe cpu"
    for _ in range(40):
        state = hashlib.new("sha256")
        for _ in range(512):
            state.update(digest)
        digest = state.digest()
    whole = int((digest * 8).hex(), 16) | 1
    value = 3
    for _ in range(400):
        value = (pow(value, 2, 2**2203 - 1) + whole) % (2**2203 - 1)
    real = np.float64(0.3141592653589793)
    for _ in range(4000):
        real = np.float64(3.99) * real * (np.float64(1) - real)
    assert Answer(digest.hex(), value % 2**64, float(real).hex()) == cpu.RIGHT


def test_every_thread_computes_and_a_good_processor_is_never_wrong(do):
    measured = do("cpu", {"work_s": 1.0}).measured
    assert measured["threads"] == len(os.sched_getaffinity(0))
    assert measured["rounds"] >= measured["threads"]
    assert measured["wrong"] == 0
    assert measured["samples"]


def test_wrong_results_are_counted(session_of, monkeypatch):
    monkeypatch.setattr(cpu, "compute", lambda: Answer("00", 0, "0x0p+0"))
    measured = cpu.run(session_of(), 0.3)
    assert measured["wrong"] == measured["rounds"] > 0


def ended_by(number, session_of, monkeypatch):
    """What a load measures whose processes get this signal after three rounds, and why it is not the whole."""
    rounds = []

    def compute():
        rounds.append(1)
        if len(rounds) > 3:
            faulthandler.disable()
            os.kill(os.getpid(), number)
        return cpu.RIGHT

    monkeypatch.setattr(cpu, "compute", compute)
    session = session_of()
    measured = cpu.run(session, 20.0)  # it ends long before
    assert measured["rounds"] == 3 * measured["threads"]
    return measured, session.shortfall


@pytest.mark.parametrize("number", [signal.SIGILL, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE])
def test_a_thread_that_crashes_is_a_wrong_result(session_of, monkeypatch, number):
    measured, _ = ended_by(number, session_of, monkeypatch)
    assert measured["wrong"] == measured["threads"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
def test_a_thread_that_something_else_ends_is_no_wrong_result_and_no_whole_one(session_of, monkeypatch, number):
    measured, shortfall = ended_by(number, session_of, monkeypatch)
    threads = measured["threads"]
    assert measured["wrong"] == 0
    assert shortfall.startswith(f"{threads} of {threads} load processes ended early: it was ended by signal {number:d}")


def test_a_mistake_of_ours_is_no_wrong_result(session_of, monkeypatch):
    rounds = []

    def compute():
        rounds.append(1)
        if len(rounds) > 3:
            raise MemoryError
        return cpu.RIGHT

    monkeypatch.setattr(cpu, "compute", compute)
    session = session_of()
    assert cpu.run(session, 20.0)["wrong"] == 0
    assert "it ended with status 1" in session.shortfall


def test_a_signal_to_the_whole_group_stops_the_load_and_is_no_fault_of_the_processor(begin):
    running = begin("cpu", {"work_s": 40.0}, 60)
    while running.progress()["done"] < 2:
        pass
    os.killpg(running.process.pid, signal.SIGTERM)
    data, _ = running.process.communicate(timeout=30)
    answer = answer_of(data)
    assert answer.measured["wrong"] == 0
    assert re.fullmatch(r"stopped after \d+\.\d of 40 s", answer.error)
    assert answer.header["truncated"]


@pytest.fixture
def warm(files):
    """A laptop with a zone, a chip and two threads."""
    return files(
        {
            "sys/class/thermal/thermal_zone0/type": "x86_pkg_temp\n",
            "sys/class/thermal/thermal_zone0/temp": "48000\n",
            "sys/class/thermal/thermal_zone0/trip_point_0_type": "passive\n",
            "sys/class/thermal/thermal_zone0/trip_point_0_temp": "90000\n",
            "sys/class/thermal/thermal_zone0/trip_point_1_type": "critical\n",
            "sys/class/thermal/thermal_zone0/trip_point_1_temp": "105000\n",
            "sys/class/thermal/cooling_device0/type": "Processor\n",
            "sys/class/hwmon/hwmon3/name": "coretemp\n",
            "sys/class/hwmon/hwmon3/temp1_input": "51500\n",
            "sys/class/hwmon/hwmon3/temp1_label": "Package id 0\n",
            "sys/class/hwmon/hwmon3/temp1_crit": "100000\n",
            "sys/class/hwmon/hwmon3/temp2_input": "-274000\n",
            "sys/class/hwmon/hwmon3/temp2_crit": "0\n",
            "sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq": "1600000\n",
            "sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq": "2000000\n",
            "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": "3\n",
            "sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count": "4\n",
            "sys/devices/system/cpu/cpufreq/boost": "1\n",
        }
    )


def test_sensors_clocks_and_throttling_are_told(do, warm):
    measured = do("cpu", {"work_s": 0.5}, root=warm).measured
    assert measured["samples"][0]["celsius"] == {
        "zone0 x86_pkg_temp": 48.0,
        "coretemp Package id 0": 51.5,
        "coretemp temp2": -274.0,
    }
    assert measured["samples"][0]["mhz"] == 1800
    assert measured["critical"] == {"zone0 x86_pkg_temp": 105.0, "coretemp Package id 0": 100.0}
    assert (measured["throttled_before"], measured["throttled_after"]) == (7, 7)


def test_it_ends_at_once_where_a_sensor_passes_its_critical_limit(session_of, warm):
    sensor = warm / "sys/class/hwmon/hwmon3/temp1_input"
    session = session_of(warm, seconds=100.0, on=lambda message: sensor.write_text("100000\n"))
    measured = cpu.run(session, 90.0)
    assert [sample["celsius"]["coretemp Package id 0"] for sample in measured["samples"]] == [51.5, 100.0]
    assert session.shortfall.endswith(" of 90 s: a sensor reached its critical temperature")


def test_a_sensor_that_was_critical_before_the_load_tells_no_truth(session_of, warm):
    sensors = Sensors(session_of(warm))
    name = "coretemp Package id 0"
    assert sensors.too_hot({name: 100.0}, {name: 60.0})
    assert not sensors.too_hot({name: 101.0}, {name: 100.5})
    assert not sensors.too_hot({name: 99.9}, {name: 60.0})
    assert not sensors.too_hot({name: 101.0}, {})
    assert not sensors.too_hot({}, {name: 60.0})


def test_a_stop_ends_the_load_and_gives_what_there_is(session_of):
    def on(message):
        if message["progress"][1] == 1:
            session.stop()

    session = session_of(seconds=100.0, on=on)
    measured = cpu.run(session, 90.0)
    assert measured["rounds"] > 0
    assert len(measured["samples"]) == 2
    assert session.shortfall.endswith(" of 90 s")


def test_a_load_for_which_no_time_is_left_is_not_a_whole_one(do):
    answer = do("cpu", {"work_s": 18.0}, 4.0)
    assert answer.measured["rounds"] > 0
    assert re.fullmatch(r"stopped after 3\.\d of 18 s", answer.error)
    assert do("cpu", {"work_s": 0.5}, 20.0).header["error"] is None
