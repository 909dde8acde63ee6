"""The addresses of the pages: each reads its numbers in one transaction and renders them."""

from __future__ import annotations

from datetime import UTC
from typing import TypeAlias

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from hardware.evidence.bundle import is_item_id
from station.central import queries, wording
from station.central.database import read
from station.central.listing import AttemptFilter, FilterRefused, attempt_page
from station.central.standing import COUNTS
from station.central.state import Central

__all__ = ["VIEWS", "html", "problem_page"]

Shared: TypeAlias = NamedDependency[Central]

_NO_STORE = {"Cache-Control": "no-store"}


def html(text: str, status: int = 200) -> Response[bytes]:
    """A page."""
    return Response(text.encode(), status_code=status, media_type=MediaType.HTML, headers=_NO_STORE)


def problem_page(central: Central, status: int, title: str, help_text: str) -> Response[bytes]:
    """A page that says what went wrong."""
    return html(central.pages.problem(title, help_text, central.clock()), status)


def _not_found(central: Central) -> Response[bytes]:
    return problem_page(central, 404, wording.NOT_FOUND, wording.NOT_FOUND_HELP)


@get("/", sync_to_thread=True, include_in_schema=False)
def today(central: Shared, day: FromQuery[str | None] = None) -> Response[bytes]:
    """One day: outcomes, pass rates, failing checks, latest attempts, benches."""
    now = central.clock()
    try:
        wanted = AttemptFilter(day=day or now.astimezone(UTC).date().isoformat()).day or ""
    except FilterRefused as error:
        return problem_page(central, 400, wording.BAD_ADDRESS, f"{error}.")
    with read(central.engine) as connection:
        data = queries.today(connection, wanted)
    return html(central.pages.today(data, now))


@get("/attempts", sync_to_thread=True, include_in_schema=False)
def attempts(
    central: Shared,
    day: FromQuery[str | None] = None,
    model: FromQuery[str | None] = None,
    check: FromQuery[str | None] = None,
    answer: FromQuery[str] = "failed",
    verdict: FromQuery[str | None] = None,
    bench: FromQuery[str | None] = None,
    standing: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Response[bytes]:
    """The attempts behind a number."""
    try:
        wanted = AttemptFilter(
            day=day or None,
            model=model,
            check=check or None,
            answer=answer or "failed",
            verdict=verdict or None,
            bench=bench or None,
            standing=standing or COUNTS,
            before=_number(before),
        )
    except FilterRefused as error:
        return problem_page(central, 400, wording.BAD_ADDRESS, f"{error}.")
    with read(central.engine) as connection:
        page = attempt_page(connection, wanted)
    return html(central.pages.attempts(page, wanted, central.clock()))


@get("/attempts/{attempt_id:str}", sync_to_thread=True, include_in_schema=False)
def attempt(central: Shared, attempt_id: FromPath[str]) -> Response[bytes]:
    """One attempt with its findings and evidence."""
    with read(central.engine) as connection:
        view = queries.attempt_view(connection, attempt_id)
    return html(central.pages.attempt(view, central.clock())) if view else _not_found(central)


@get("/attempts/{attempt_id:str}/evidence/{item_id:str}", sync_to_thread=True, include_in_schema=False)
def evidence(central: Shared, attempt_id: FromPath[str], item_id: FromPath[str]) -> Response[bytes]:
    """One evidence item as a download. Hostile bytes: never shown, never typed."""
    if not is_item_id(item_id):
        return _not_found(central)
    with read(central.engine) as connection:
        data = queries.evidence_item(connection, attempt_id, item_id)
    if data is None:
        return problem_page(central, 404, wording.NOT_UPLOADED.capitalize(), wording.EVIDENCE_MISSING)
    return Response(
        data,
        media_type="application/octet-stream",
        headers={
            **_NO_STORE,
            "Content-Disposition": f'attachment; filename="{attempt_id[:8]}-{item_id}.bin"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@get("/quarantine", sync_to_thread=True, include_in_schema=False)
def quarantine(central: Shared) -> Response[bytes]:
    """The records that were refused."""
    with read(central.engine) as connection:
        rows = queries.quarantine_rows(connection)
    return html(central.pages.quarantine(rows, central.clock()))


@get("/static/{name:str}", sync_to_thread=False, include_in_schema=False)
def static(central: Shared, name: FromPath[str]) -> Response[bytes]:
    """One of our own files, from memory."""
    asset = central.assets.get(name)
    if asset is None:
        return _not_found(central)
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(asset.data, media_type=asset.media_type, headers=headers)


@get("/live", include_in_schema=False)
async def live(central: Shared) -> Stream | Response[bytes]:
    """Server-sent events: a tick whenever something new was stored."""
    if central.live.full:
        return Response(b"", status_code=429, headers={"Retry-After": "30"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(central.live.stream(), media_type="text/event-stream", headers=headers)


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise FilterRefused("before must be a number from a link of these pages")
    return int(text)


VIEWS = (today, attempts, attempt, evidence, quarantine, static, live)
