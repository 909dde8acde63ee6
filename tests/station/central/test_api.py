"""The promises of the interface: bounded, authenticated, answered in JSON, and never a 5xx for what a client sends."""

import hashlib
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from station.central.benches import Proof
from station.central.enrol import enrol_local
from station.records import encode_record
from station.sync.wire import (
    LARGEST_BATCH,
    LARGEST_EVIDENCE,
    LARGEST_INFLATED,
    BatchAnswer,
    Problem,
)
from tests.station.central.samples import BENCH, body, item, record

Client = TestClient[Litestar]


def compressed(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(3).compress(data)


def post(client: Client, data: bytes, **headers: str) -> httpx.Response:
    return client.post("/v1/batches", content=data, headers=headers)


def problem(response: httpx.Response) -> Problem:
    """The refusal, checked to be one plain sentence."""
    found = msgspec.json.decode(response.content, type=Problem)
    assert found.message.endswith(".")
    assert "Traceback" not in found.message
    assert "\n" not in found.message
    return found


def answer(response: httpx.Response) -> BatchAnswer:
    assert response.status_code == 200
    return msgspec.json.decode(response.content, type=BatchAnswer)


def test_a_batch_is_taken_plain_and_compressed(client: Client) -> None:
    assert answer(post(client, body([record(1)]))).receipts[0].status == "stored"
    data = compressed(body([record(1), record(2)]))
    taken = answer(post(client, data, **{"Content-Encoding": "zstd"}))
    assert [receipt.status for receipt in taken.receipts] == ["duplicate", "stored"]
    assert (taken.high_water, taken.count, taken.received_at) == (2, 2, "2026-11-24T12:00:00.000Z")


def test_an_empty_batch_is_answered(client: Client) -> None:
    assert answer(post(client, body([]))).receipts == ()


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "Bearer " + "x" * 5000])
def test_without_a_known_token_nothing_is_read_or_said(client: Client, header: str) -> None:
    response = post(client, body([record(1)]), Authorization=header)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    problem(response)
    assert client.put(f"/v1/evidence/{'0' * 64}", content=b"", headers={"Authorization": header}).status_code == 401
    assert client.get(f"/v1/benches/{BENCH}", headers={"Authorization": header}).status_code == 401


def test_a_bench_sends_and_asks_only_for_itself(client: Client, tmp_path: Path) -> None:
    enrol_local(tmp_path, "bench-2")
    response = post(client, body([record(1, bench_id="bench-2")], "bench-2"))
    assert (response.status_code, problem(response).error) == (403, "other_bench")
    assert client.get("/v1/benches/bench-2").status_code == 403


def test_the_proof_of_completeness_names_what_is_missing(client: Client) -> None:
    post(client, body([record(1), record(3)]))
    shown = msgspec.json.decode(client.get(f"/v1/benches/{BENCH}").content, type=Proof)
    assert shown == Proof(BENCH, 2, 1, 3, 0, False, (2,))
    post(client, body([record(2)]))
    shown = msgspec.json.decode(client.get(f"/v1/benches/{BENCH}").content, type=Proof)
    assert shown == Proof(BENCH, 3, 3, 3, 0, True, ())


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"\xff\xfe", 400),
        (b'{"schema":"intake-batch/1"}', 400),
        (b"[" * 200_000, 400),
        (b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}", 400),
        (b'{"schema":"intake-batch/9","bench_id":"bench-1","sent_at":"","records":[]}', 422),
        (b'{"schema":"intake-batch/1","bench_id":"bench-1","sent_at":"","records":[{"seq":1.5}]}', 400),
    ],
)
def test_a_body_that_is_no_batch_is_refused_in_one_sentence(client: Client, data: bytes, status: int) -> None:
    response = post(client, data)
    assert response.status_code == status
    problem(response)


def test_too_many_records_are_refused(client: Client) -> None:
    response = post(client, body([record(1)] * 501))
    assert (response.status_code, problem(response).error) == (413, "too_many")


def test_a_body_past_8_mb_is_refused_unread(client: Client) -> None:
    assert post(client, b" " * (LARGEST_BATCH + 1)).status_code == 413
    assert client.post("/v1/batches", content=iter([b" " * 10**6] * 9)).status_code == 413


def test_a_zip_bomb_is_stopped_at_64_mb(client: Client) -> None:
    bomb = compressed(b" " * (LARGEST_INFLATED * 4))
    assert len(bomb) < 50_000
    response = post(client, bomb, **{"Content-Encoding": "zstd"})
    assert (response.status_code, problem(response).error) == (413, "too_large")


def test_a_frame_that_asks_for_a_huge_window_is_refused(client: Client) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, compression_level=1)
    greedy = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    data = greedy.compress(body([record(1)])) + greedy.flush()
    response = post(client, data, **{"Content-Encoding": "zstd"})
    assert (response.status_code, problem(response).error) == (400, "not_zstd")


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd, zstd", "\u00ff"])
def test_another_encoding_is_refused(client: Client, encoding: str) -> None:
    response = client.post("/v1/batches", content=b"x", headers=[(b"Content-Encoding", encoding.encode("latin-1"))])
    assert (response.status_code, problem(response).error) == (415, "unknown_encoding")


@pytest.mark.parametrize("cut", [0, 1, 10, 200])
def test_a_truncated_frame_is_refused(client: Client, cut: int) -> None:
    data = compressed(body([record(1), record(2)]))[:cut]
    assert post(client, data, **{"Content-Encoding": "zstd"}).status_code == 400


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from(["zstd", "identity"]))
def test_no_bytes_give_a_5xx(client: Client, data: bytes, encoding: str) -> None:
    assert 400 <= post(client, data, **{"Content-Encoding": encoding}).status_code < 500


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(msgspec.to_builtins(record(1)))), _JSON)
def test_no_record_gives_a_5xx_and_whatever_is_stored_can_be_shown(client: Client, field: str, value: Any) -> None:
    data = msgspec.json.encode({**msgspec.to_builtins(record(1)), field: value})
    sent = {
        "seq": 1,
        "attempt_id": record(1).attempt_id,
        "sha256": hashlib.sha256(data).hexdigest(),
        "record": data.decode(),
    }
    envelope = {"schema": "intake-batch/1", "bench_id": BENCH, "sent_at": "", "records": [sent]}
    assert post(client, msgspec.json.encode(envelope)).status_code == 200
    for page in ("/", "/quarantine", f"/attempts/{record(1).attempt_id}"):
        assert client.get(page).status_code in (200, 404)


# ---- evidence --------------------------------------------------------------------------------------------


def put(client: Client, data: bytes, sha256: str | None = None, **headers: str) -> httpx.Response:
    name = sha256 or hashlib.sha256(data).hexdigest()
    return client.put(f"/v1/evidence/{name}", content=data, headers=headers)


def test_evidence_is_stored_once_and_comes_back_to_the_byte(client: Client) -> None:
    data = b"<script>\x00\xff"
    one = record(1, evidence=(item("noise", data),))
    post(client, body([one]))
    assert put(client, data).status_code == 201
    assert put(client, data).status_code == 204
    assert client.get(f"/attempts/{one.attempt_id}/evidence/noise").content == data
    assert answer(post(client, body([one]))).evidence_wanted == ()


def test_evidence_may_come_compressed(client: Client) -> None:
    data = b"a" * 10_000
    post(client, body([record(1, evidence=(item("a", data),))]))
    sha256 = hashlib.sha256(data).hexdigest()
    assert put(client, compressed(data), sha256, **{"Content-Encoding": "zstd"}).status_code == 201


def test_evidence_under_a_wrong_name_is_refused_and_not_kept(client: Client) -> None:
    one = record(1)
    post(client, body([one]))
    response = put(client, b"other bytes", one.evidence[0].sha256)
    assert (response.status_code, problem(response).error) == (422, "wrong_hash")
    assert client.get(f"/attempts/{one.attempt_id}/evidence/smbios").status_code == 404


def test_evidence_that_no_record_names_is_refused(client: Client) -> None:
    response = put(client, b"unasked")
    assert (response.status_code, problem(response).error) == (404, "not_named")


@pytest.mark.parametrize("name", ["x", "G" * 64, "A" * 64, "0" * 63, "%00", "..%2f..%2fetc"])
def test_a_name_that_is_no_hash_is_refused(client: Client, name: str) -> None:
    assert 400 <= put(client, b"", name).status_code < 500


def test_evidence_past_4_mib_is_refused_even_compressed(client: Client) -> None:
    data = b"\x00" * (LARGEST_EVIDENCE + 1)
    post(client, body([record(1, evidence=(item("big", data),))]))
    assert put(client, data).status_code == 413
    sha256 = hashlib.sha256(data).hexdigest()
    assert put(client, compressed(data), sha256, **{"Content-Encoding": "zstd"}).status_code == 413


# ---- all of it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/batches", "/v1/nothing", "/v1/evidence", f"/v1/benches/{BENCH}/x"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_a_wrong_address_or_method_is_refused_in_json(client: Client, path: str, method: str) -> None:
    response = client.request(method, path)
    assert 400 <= response.status_code < 500
    problem(response)


def test_a_page_elsewhere_cannot_reach_central_under_its_own_name(client: Client) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "localhost.evil:1"):
        assert client.get("/", headers={"Host": host}).status_code == 421


def test_a_database_that_cannot_write_is_said_with_retry_after_and_stores_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr("station.central.summaries.apply", full)
    response = post(client, body([record(1)]))
    assert (response.status_code, problem(response).error) == (503, "database")
    assert int(response.headers["retry-after"]) > 0
    monkeypatch.undo()
    assert answer(post(client, body([record(1)]))).receipts[0].status == "stored"


def test_the_interface_describes_itself_and_loads_nothing_from_elsewhere(client: Client, engine: Engine) -> None:
    described = client.get("/schema/openapi.json").json()
    assert set(described["paths"]) == {"/v1/batches", "/v1/evidence/{sha256}", "/v1/benches/{bench_id}"}
    for page in ("/schema", "/schema/swagger", "/schema/redoc", "/schema/elements", "/schema/rapidoc"):
        assert b"cdn" not in client.get(page).content


def test_the_exact_bytes_of_a_record_survive(client: Client) -> None:
    one = record(1, note='ünïcode \\ " </script> 🙂')
    assert answer(post(client, body([one]))).receipts[0].status == "stored"
    assert hashlib.sha256(encode_record(one)).hexdigest() in client.get(f"/attempts/{one.attempt_id}").text
