import itertools
import socket

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.printers.host_status import parse_host_status
from hardware.printers.zpl import NotOurZpl, to_zpl
from hardware.simulated.label_printer import Mechanism, SimulatedLabelPrinter
from tests.hardware.printers.support import a_page

PAGE = a_page("carton-small")
JOB = to_zpl(PAGE)


@given(st.lists(st.integers(0, len(JOB)), max_size=6))
def test_a_job_is_taken_whole_however_it_comes_in_pieces(cuts):
    printer = Mechanism()
    edges = [0, *sorted(cuts), len(JOB)]
    for start, end in itertools.pairwise(edges):
        assert printer.take(JOB[start:end]) == b""
    (picture,) = printer.pictures()
    assert np.array_equal(np.array(picture), np.array(PAGE.picture))


def test_a_question_is_answered_between_jobs_and_when_it_comes_in_pieces():
    printer = Mechanism()
    assert printer.take(JOB + b"~H") == b""
    assert not parse_host_status(printer.take(b"S")).busy
    assert printer.take(JOB) == b""
    assert len(printer.jobs) == 2


def test_a_job_that_has_not_ended_is_a_partial_format():
    printer = Mechanism()
    assert not parse_host_status(printer.take(b"~HS" + JOB[:100])).partial_format
    assert parse_host_status(printer.take(b"~HS")).partial_format
    printer.take(JOB[100:])
    (picture,) = printer.pictures()
    assert np.array_equal(np.array(picture), np.array(PAGE.picture))


def test_a_question_within_a_job_is_answered_at_once_and_is_no_part_of_it():
    printer = Mechanism()
    assert printer.take(JOB[:100] + b"~HS" + JOB[100:]) != b""
    assert printer.pictures()


@given(st.integers(0, len(JOB) - 4), st.lists(st.integers(0, len(JOB)), max_size=4))
def test_a_cancelled_job_leaves_nothing_behind_and_cancels_no_other(half, cuts):
    printer = Mechanism()
    printer.pause()
    printer.take(JOB)
    sent = JOB[:half] + b"~JX" + JOB
    edges = [0, *sorted(cuts), len(sent)]
    for start, end in itertools.pairwise(edges):
        printer.take(sent[start:end])
    assert printer.held == (JOB.rstrip(), JOB.rstrip())
    assert not parse_host_status(printer.take(b"~HS")).partial_format


def test_a_job_left_half_mixes_with_the_next_where_nobody_cancels_it():
    printer = Mechanism()
    printer.take(JOB[:100] + JOB)
    (job,) = printer.jobs
    assert job.count(b"^XA") == 2


def test_a_job_without_an_end_is_thrown_away_before_it_fills_the_memory():
    printer = Mechanism()
    printer.take(b"^XA")
    for _ in range(17):
        printer.take(b"x" * 2**20)
    assert not parse_host_status(printer.take(b"~HS")).partial_format
    printer.take(JOB)
    assert printer.pictures()


def test_what_is_sent_while_it_cannot_print_is_held_until_it_can():
    printer = Mechanism()
    printer.pause()
    printer.paper_out()
    printer.take(JOB * 2)
    status = parse_host_status(printer.take(b"~HS"))
    assert (status.paused, status.paper_out, status.formats_held) == (True, True, 2)
    printer.resume()
    assert printer.jobs == ()
    printer.load_paper()
    assert len(printer.jobs) == 2


def test_a_roll_ends_after_so_many_labels():
    printer = Mechanism()
    printer.runs_out_after(2)
    printer.take(JOB * 3)
    assert (len(printer.jobs), len(printer.held)) == (2, 1)
    assert parse_host_status(printer.take(b"~HS")).paper_out


def test_switched_off_it_loses_what_it_held_and_keeps_its_port():
    with SimulatedLabelPrinter() as printer:
        port = printer.port
        printer.pause()
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(JOB + b"~HS")
            assert parse_host_status(line.recv(512)).formats_held == 1
            printer.switch_off()
            assert line.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 5)
        printer.switch_on()
        assert printer.port == port
        assert printer.held == ()


def test_a_job_of_somebody_else_is_kept_and_is_no_picture():
    printer = Mechanism()
    printer.take(b"^XA^FO10,10^A0N,30,30^FDhello^FS^XZ")
    assert len(printer.jobs) == 1
    with pytest.raises(NotOurZpl):
        printer.pictures()


def test_a_fault_that_no_printer_has_is_refused():
    with pytest.raises(ValueError, match="coffee"):
        Mechanism().set("coffee")


@given(st.binary(max_size=300))
def test_noise_neither_prints_nor_stops_it(noise):
    printer = Mechanism()
    printer.take(noise.replace(b"^XA", b""))
    before = len(printer.jobs)
    printer.take(b"^XZ" + JOB)
    assert len(printer.jobs) >= before + 1
