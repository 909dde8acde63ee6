"""USB ports: which took a device, how fast it was, and which two ports are one socket."""

import pytest

from hardware.probe.exercises import usb

USB = "sys/bus/usb/devices"


@pytest.fixture
def laptop(files):
    """Two buses with three sockets; the camera is soldered to a fourth port. Bus 2 is the fast side of bus 1."""
    root = files(
        {
            f"{USB}/usb1/1-0:1.0/usb1-port1/connect_type": "hotplug\n",
            f"{USB}/usb1/1-0:1.0/usb1-port2/connect_type": "hotplug\n",
            f"{USB}/usb1/1-0:1.0/usb1-port3/connect_type": "unknown\n",
            f"{USB}/usb1/1-0:1.0/usb1-port4/connect_type": "hardwired\n",
            f"{USB}/usb2/2-0:1.0/usb2-port1/connect_type": "hotplug\n",
            f"{USB}/usb2/2-0:1.0/usb2-port2/connect_type": "not used\n",
            f"{USB}/1-4/speed": "480\n",
            f"{USB}/1-4/idVendor": "04f2\n",
            f"{USB}/1-4/idProduct": "b6ab\n",
            f"{USB}/1-4:1.0/bInterfaceClass": "0e\n",
        }
    )
    (root / USB / "usb1/1-0:1.0/usb1-port1/peer").symlink_to("../../../usb2/2-0:1.0/usb2-port1")
    (root / USB / "usb2/2-0:1.0/usb2-port1/peer").symlink_to("../../../usb1/1-0:1.0/usb1-port1")
    return root


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(usb, "SECONDS", 0.001)


def plug(root, port, speed="480", product="c31c"):
    device = root / USB / port
    device.mkdir()
    (device / "idVendor").write_text("046d\n")
    (device / "idProduct").write_text(f"{product}\n")
    (device / "speed").write_text(f"{speed}\n")


def unplug(root, port):
    for file in (root / USB / port).iterdir():
        file.unlink()
    (root / USB / port).rmdir()


def acting(session_of, root, *acts, wanted=32):
    """Runs with one act after each look; ends after the last."""
    steps = list(acts)
    plain = []

    session = session_of(root)
    wait = session.wait

    def waiting(seconds, files=()):
        plain.append(seconds)
        if not steps:
            session.stop()
        else:
            steps.pop(0)()
        return wait(seconds, files)

    session.wait = waiting
    return usb.run(session, wanted)


def test_what_is_plugged_and_unplugged_is_told_with_its_port_and_speed(session_of, laptop):
    measured = acting(
        session_of,
        laptop,
        lambda: plug(laptop, "1-2"),
        lambda: unplug(laptop, "1-2"),
        lambda: plug(laptop, "2-1", "5000", "5583"),
    )
    first, second = measured["plugged"]
    assert (first["port"], first["speed_mbps"], first["id"]) == ("1-2", 480, "046d:c31c")
    assert first["gone_at"] >= first["at"]
    assert (second["port"], second["speed_mbps"], second["id"], second["gone_at"]) == ("2-1", 5000, "046d:5583", None)
    assert measured["ports"] == ["1-1", "1-2", "1-3", "2-1"]
    assert measured["complete"] is False


def test_it_is_done_when_so_many_different_sockets_took_one(session_of, laptop):
    measured = acting(
        session_of,
        laptop,
        lambda: plug(laptop, "1-1"),
        lambda: unplug(laptop, "1-1"),
        lambda: plug(laptop, "2-1", "5000"),  # the same socket, on its fast side
        lambda: unplug(laptop, "2-1"),
        lambda: plug(laptop, "1-3", "1.5"),
        wanted=2,
    )
    assert measured["complete"]
    assert [one["port"] for one in measured["plugged"]] == ["1-1", "2-1", "1-3"]
    assert measured["plugged"][-1]["speed_mbps"] == 1


def test_what_was_there_before_and_what_hangs_on_a_new_hub_count_for_nothing(session_of, laptop):
    measured = acting(
        session_of,
        laptop,
        lambda: plug(laptop, "1-2", product="0608"),
        lambda: plug(laptop, "1-2.3"),
        lambda: plug(laptop, "1-2.4"),
        wanted=2,
    )
    assert [one["port"] for one in measured["plugged"]] == ["1-2"]
    assert not measured["complete"]


def test_a_device_that_does_not_tell_yet_is_looked_at_again(session_of, laptop):
    def half():
        (laptop / USB / "1-2").mkdir()
        (laptop / USB / "1-2/speed").write_text("480\n")

    def whole():
        (laptop / USB / "1-2/idVendor").write_text("046d\n")
        (laptop / USB / "1-2/idProduct").write_text("c31c\n")

    measured = acting(session_of, laptop, half, whole, wanted=1)
    assert measured["complete"]
    assert measured["plugged"][0]["id"] == "046d:c31c"


def test_a_laptop_without_usb_is_a_reason(do, files):
    assert do("usb", {}, root=files({})).error == "the laptop shows no USB bus"
