"""The interface for programs: batches and evidence in, the proof of completeness out.

Every answer is JSON. A refusal is `{"error": code, "message": one sentence}` with a 4xx status; what a bench has
stored is never in doubt, because central commits before it answers 200.
"""

from __future__ import annotations

import asyncio
import hashlib
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import msgspec
from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import exists, select

from station.central.benches import bench_of_token, proof
from station.central.body import BodyRefused, inflate, read_bounded
from station.central.database import insert_new, read, write
from station.central.ingest import ingest, is_sha256
from station.central.schema import attempt_evidence, evidence
from station.central.state import Central
from station.clock import utc_text
from station.sync.wire import (
    BATCH_SCHEMA,
    LARGEST_BATCH,
    LARGEST_EVIDENCE,
    LARGEST_INFLATED,
    MOST_RECORDS,
    Batch,
    Problem,
)

__all__ = ["ApiRefused", "json_response", "post_batch", "problem_response", "put_evidence", "show_bench"]

Asked: TypeAlias = Request[Any, Any, Any]
Shared: TypeAlias = NamedDependency[Central]


class ApiRefused(BodyRefused):
    """A request that is not carried out."""


_NO_TOKEN: Final = (401, "unknown_token", "This token is not known here; enrol the bench again.")
_OTHER_BENCH: Final = (403, "other_bench", "A bench may send and ask only for itself.")


@post("/v1/batches", status_code=200, summary="Store a batch of attempt records")
async def post_batch(request: Asked, central: Shared) -> Response[bytes]:
    """Store every record of the batch once; the answer has a receipt for each."""
    bench_id = await _authenticated(request, central)
    body = await _body(request, LARGEST_BATCH)
    async with central.ingest_slots:
        answer, stored = await asyncio.to_thread(_take_batch, central, bench_id, body, _encoding(request))
    if stored:
        central.live.tick()
    return json_response(answer)


@put("/v1/evidence/{sha256:str}", summary="Upload one evidence item, named by its SHA-256")
async def put_evidence(request: Asked, central: Shared, sha256: FromPath[str]) -> Response[bytes]:
    """201 when the bytes are stored, 204 when they were here already."""
    await _authenticated(request, central)
    body = await _body(request, LARGEST_EVIDENCE)
    async with central.ingest_slots:
        status = await asyncio.to_thread(_take_evidence, central, sha256, body, _encoding(request))
    if status == HTTPStatus.CREATED:
        central.live.tick()
    return Response(content=b"", status_code=status, media_type="application/json")


@get("/v1/benches/{bench_id:str}", summary="What central holds of a bench")
async def show_bench(request: Asked, central: Shared, bench_id: FromPath[str]) -> Response[bytes]:
    """The proof of completeness: how many of how many, and which are missing."""
    if await _authenticated(request, central) != bench_id:
        raise ApiRefused(*_OTHER_BENCH)
    return json_response(await asyncio.to_thread(_proof, central, bench_id))


def json_response(content: object, status: int = 200) -> Response[bytes]:
    """`content` as JSON."""
    return Response(msgspec.json.encode(content), status_code=status, media_type="application/json")


def problem_response(status: int, code: str, message: str) -> Response[bytes]:
    """A refusal in the interface's form."""
    return json_response(Problem(code, message), status)


async def _authenticated(request: Asked, central: Central) -> str:
    """The bench whose token the request carries."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > 200:
        raise ApiRefused(401, "no_token", "Send the bench's token as Authorization: Bearer TOKEN.")
    bench_id = await asyncio.to_thread(_bench_of, central, token.strip())
    if bench_id is None:
        raise ApiRefused(*_NO_TOKEN)
    return bench_id


async def _body(request: Asked, limit: int) -> bytes:
    return await read_bounded(request.stream(), request.headers.get("content-length"), limit)


def _encoding(request: Asked) -> str | None:
    return request.headers.get("content-encoding")


# ---- what runs in a thread -------------------------------------------------------------------------------


def _bench_of(central: Central, token: str) -> str | None:
    with read(central.engine) as connection:
        return bench_of_token(connection, token)


def _take_batch(central: Central, bench_id: str, body: bytes, encoding: str | None) -> tuple[object, int]:
    data = inflate(body, encoding, LARGEST_INFLATED)
    try:
        batch = msgspec.json.decode(data, type=Batch)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ApiRefused(400, "not_a_batch", f"The body is not a batch: {_one_line(error)}.") from error
    if batch.schema != BATCH_SCHEMA:
        message = f"This central reads {BATCH_SCHEMA} only; update it or the bench."
        raise ApiRefused(422, "unknown_schema", message)
    if batch.bench_id != bench_id:
        raise ApiRefused(*_OTHER_BENCH)
    if len(batch.records) > MOST_RECORDS:
        raise ApiRefused(413, "too_many", f"A batch has at most {MOST_RECORDS} records; send less at once.")
    done = ingest(central.engine, bench_id, batch, _now(central))
    return done.answer, done.stored


def _take_evidence(central: Central, sha256: str, body: bytes, encoding: str | None) -> int:
    if not is_sha256(sha256):
        raise ApiRefused(422, "not_a_hash", "Name the evidence by its SHA-256: 64 lower-case hexadecimal digits.")
    with read(central.engine) as connection:
        if connection.scalar(select(exists().where(evidence.c.sha256 == sha256))):
            return HTTPStatus.NO_CONTENT
        if not connection.scalar(select(exists().where(attempt_evidence.c.sha256 == sha256))):
            raise ApiRefused(404, "not_named", "No stored record names this evidence; send the record first.")
    data = inflate(body, encoding, LARGEST_EVIDENCE)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ApiRefused(422, "wrong_hash", "These bytes have another SHA-256 than the one they were sent under.")
    row = {"sha256": sha256, "size": len(data), "received_at": _now(central), "data": data}
    with write(central.engine) as connection:
        new = connection.execute(insert_new(evidence, "sha256"), [row]).rowcount
    return HTTPStatus.CREATED if new else HTTPStatus.NO_CONTENT


def _proof(central: Central, bench_id: str) -> object:
    with read(central.engine) as connection:
        return proof(connection, bench_id)


def _now(central: Central) -> str:
    return utc_text(central.clock().timestamp())


def _one_line(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:200].rstrip(".")
