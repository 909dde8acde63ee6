"""The bench found on the network: answers are read strictly, and what is found is near."""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.laptops.announcing import Announcement
from hardware.probe.agent import finding, mdns
from hardware.probe.agent.finding import Finder, Interface
from hardware.probe.agent.messages import SERVICE

LOOPBACK = Interface(0x7F000001, 0xFF000000)
INSTANCE = mdns.name_of("bench." + SERVICE)
HOST = mdns.name_of("bench.local")


def record(name: bytes, kind: int, data: bytes, group: int = 0x8001) -> bytes:
    return name + b"\0" + struct.pack(">HHIH", kind, group, 120, len(data)) + data


def message(*records: bytes, flags: int = 0x8400) -> bytes:
    return struct.pack(">HHHHHH", 0, flags, 0, len(records), 0, 0) + b"".join(records)


def pointer(port: int = 8711) -> list[bytes]:
    return [
        record(mdns.name_of(SERVICE), mdns.PTR, INSTANCE + b"\0"),
        record(INSTANCE, mdns.SRV, struct.pack(">HHH", 0, 0, port) + HOST + b"\0"),
    ]


def address(text: str) -> bytes:
    return record(HOST, mdns.A, socket.inet_aton(text))


def test_an_answer_says_where_the_bench_is():
    found = mdns.Finding(SERVICE)
    assert found.questions() == [(mdns.name_of(SERVICE), mdns.PTR)]
    found.take(mdns.answers(message(*pointer())))
    assert found.questions() == [(HOST, mdns.A)]
    assert found.found() == []
    found.take(mdns.answers(message(address("192.0.2.7"))))
    assert found.questions() == []
    assert found.found() == [("192.0.2.7", 8711)]


def test_names_may_be_compressed_and_of_any_case():
    name = mdns.name_of(SERVICE).replace(b"intake", b"InTake")
    start = 12
    ptr = name + b"\0" + struct.pack(">HHIH", mdns.PTR, 1, 120, 8) + b"\5bench" + struct.pack(">H", 0xC000 | start)
    found = mdns.Finding(SERVICE)
    found.take(mdns.answers(message(ptr)))
    assert found.questions() == [(INSTANCE, mdns.SRV)]


def test_another_services_answers_are_passed_over():
    other = mdns.name_of("x._printer._tcp.local")
    found = mdns.Finding(SERVICE)
    found.take(
        mdns.answers(
            message(
                record(mdns.name_of("_printer._tcp.local"), mdns.PTR, other + b"\0"),
                record(other, mdns.SRV, struct.pack(">HHH", 0, 0, 9100) + HOST + b"\0"),
                address("192.0.2.7"),
            )
        )
    )
    assert found.found() == []


def test_very_many_answers_are_kept_only_so_far():
    found = mdns.Finding(SERVICE)
    for number in range(300):
        found.take(mdns.answers(message(*pointer(), address(f"10.0.{number // 256}.{number % 256}"))))
    assert len(found.found()) == mdns.MOST_FOUND


@pytest.mark.parametrize(
    "name",
    [
        b"\xc0\x0c",  # itself
        b"\xc0\xff",  # forward
        b"\x3f" + b"a" * 10,  # cut
        b"\x40a\0",  # an unknown kind of label
        (b"\x3f" + b"a" * 63) * 5 + b"\0",  # too long
        b"\xc0",
        b"",
    ],
)
def test_a_name_that_leads_nowhere_is_refused(name):
    with pytest.raises(mdns.BadAnswer):
        mdns.answers(message(name + struct.pack(">HHIH", mdns.A, 1, 0, 4) + bytes(4)))


def test_a_compression_bomb_is_refused_at_once():
    # Each name points to the one before it; the last would be read through all of them.
    records, at = [b"\1a\0" + struct.pack(">HHIH", mdns.A, 1, 0, 0)], 12
    for _ in range(200):
        name = b"\1a" + struct.pack(">H", 0xC000 | at)
        at += len(records[-1])
        records.append(name + struct.pack(">HHIH", mdns.A, 1, 0, 0))
    with pytest.raises(mdns.BadAnswer):
        mdns.answers(message(*records))


@given(st.binary(max_size=300))
def test_noise_is_read_or_refused(data):
    for start in (b"", struct.pack(">HHHHHH", 0, 0x8400, 1, 3, 0, 0)):
        try:
            for one in mdns.answers(start + data):
                assert one.kind in (mdns.A, mdns.PTR, mdns.SRV)
        except mdns.BadAnswer:
            pass


@given(st.data())
def test_a_changed_answer_is_read_or_refused(data):
    damaged = bytearray(message(*pointer(), address("192.0.2.7")))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    found = mdns.Finding(SERVICE)
    try:
        found.take(mdns.answers(bytes(damaged)))
    except mdns.BadAnswer:
        return
    for host, port in found.found():
        assert socket.inet_aton(host)
        assert 0 <= port <= 65535


@contextmanager
def responder(*answers: bytes) -> Iterator[tuple[str, int]]:
    """Answers each question with all of `answers`; gives where it listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))

        def answer() -> None:
            while True:
                question, asker = listening.recvfrom(9000)
                if question == b"end":
                    return
                for one in answers:
                    listening.sendto(one, asker)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
                ending.sendto(b"end", listening.getsockname())
            thread.join()


def test_what_is_on_the_cable_is_found_and_what_is_further_away_is_not():
    answers = [b"noise", message(*pointer()), message(address("192.0.2.7")), message(address("127.0.0.2"))]
    with responder(*answers) as where:
        assert finding.by_mdns(lambda: [LOOPBACK], where, seconds=30.0) == [("127.0.0.2", 8711)]


def test_an_interface_that_cannot_be_used_costs_nothing():
    with responder(message(*pointer(), address("127.0.0.2"))) as where:
        strange = Interface(0xC0000263, 0xFFFFFF00)
        assert finding.by_mdns(lambda: [strange, LOOPBACK], where, seconds=30.0) == [("127.0.0.2", 8711)]
    assert finding.by_mdns(list, seconds=0.1) == []


def test_an_address_that_comes_while_it_is_asked_is_asked_too():
    answers = [message(*pointer(), address("127.0.0.2"))]
    asked: list[int] = []

    def late() -> list[Interface]:
        asked.append(1)
        return [LOOPBACK] if len(asked) > 1 else []

    with responder(*answers) as where:
        assert finding.by_mdns(late, where, seconds=30.0) == [("127.0.0.2", 8711)]


def test_the_pause_between_two_tries_ends_as_soon_as_the_laptop_has_another_address(monkeypatch):
    asked: list[int] = []
    slept: list[float] = []

    def interfaces() -> list[Interface]:
        asked.append(1)
        return [LOOPBACK] if len(asked) > 3 else []

    monkeypatch.setattr(finding, "interfaces", interfaces)
    monkeypatch.setattr("time.sleep", slept.append)
    finding.wait_for_address(3600.0)
    assert len(slept) == 2
    assert max(slept) <= 0.2


async def test_the_bench_that_the_station_announces_is_found():
    announced = Announcement("Goods-in 2", ["127.0.0.1"], 8799)
    await announced.start()
    try:
        for _ in range(10):
            found = await asyncio.to_thread(finding.by_mdns, lambda: [LOOPBACK], seconds=5.0)
            if found:
                break
        assert found == [("127.0.0.1", 8799)]
    finally:
        await announced.close()


def test_this_machines_interfaces_are_known():
    assert LOOPBACK in finding.interfaces()


def test_the_dhcp_server_is_a_place_to_try(tmp_path):
    file = tmp_path / "dhcp"
    assert finding.by_dhcp(str(file)) == []
    file.write_bytes(
        b"interface=eth0\naddress=10.0.2.15\nserver=10.0.2.2\nrouter=10.0.2.2\nrouter=10.0.2.3\n"
        b"server=999.0.0.1\nserver=a\nrouter=1.2.3.4;x\n\xff\n"
    )
    assert finding.by_dhcp(str(file)) == [("10.0.2.2", 8711), ("10.0.2.3", 8711)]


@given(st.binary(max_size=200))
def test_any_dhcp_file_is_read(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("dhcp") / "dhcp"
    file.write_bytes(data + b"\nserver=10.0.2.2\n")
    assert ("10.0.2.2", 8711) in finding.by_dhcp(str(file))


def test_who_answers_for_the_bench_and_is_not_it_does_not_keep_the_laptop_from_it():
    liars = [(f"10.0.0.{number}", 1) for number in range(12)]
    bench = ("10.0.0.99", 8711)
    finder = Finder("", 0, lambda: [*liars, bench])
    for _ in range(5):
        if bench in finder.places():
            return
        for place in finder.places():
            finder.failed(place)
    raise AssertionError("the bench was never tried")
