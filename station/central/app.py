"""The application: routes, errors in words, and the headers that every answer carries."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from litestar import Litestar, Request, Response
from litestar.datastructures import MutableScopeHeaders
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from station.central import wording
from station.central.api import post_batch, problem_response, put_evidence, show_bench
from station.central.body import BodyRefused
from station.central.pages import Pages, load_assets
from station.central.state import Central
from station.central.views import VIEWS, problem_page

__all__ = ["LOOPBACK_HOSTS", "create_app"]

LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Names under which a browser may ask. A page elsewhere that points its own name here (DNS rebinding) may not."""

_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

_log = logging.getLogger(__name__)


def create_app(engine: Engine, clock: Callable[[], datetime] | None = None) -> Litestar:
    """The application on a migrated database. Its `Central` is `app.state.central`."""
    assets = load_assets()
    central = Central(engine, clock or (lambda: datetime.now(UTC)), Pages(assets), assets)
    app = Litestar(
        route_handlers=[post_batch, put_evidence, show_bench, *VIEWS],
        dependencies={"central": Provide(lambda: central, sync_to_thread=False)},
        middleware=[DefineMiddleware(_known_hosts_only)],
        before_send=[_add_headers],
        exception_handlers={BodyRefused: _refused, HTTPException: _http_error, DBAPIError: _database_error},
        # Bodies are read in a bounded way by `body.read_bounded`, which knows what each route allows.
        request_max_body_size=None,
        openapi_config=OpenAPIConfig(
            title="Intake Station central",
            version="1",
            description="What benches send. The pages for people are not part of it.",
            render_plugins=[JsonRenderPlugin()],
        ),
        logging_config=None,
    )
    app.state.central = central
    return app


def _known_hosts_only(app: ASGIApp) -> ASGIApp:
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        host = MutableScopeHeaders(scope).get("host", "")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name not in LOOPBACK_HOSTS:
            message = "Central answers on this machine only; open it as http://127.0.0.1."
            response = problem_response(421, "other_host", message)
            await response.to_asgi_response(None, Request(scope))(scope, receive, send)
            return
        await app(scope, receive, send)

    return handle


async def _add_headers(message: Message, _scope: Scope) -> None:
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)


def _central(request: Request[Any, Any, Any]) -> Central:
    central: Central = request.app.state.central
    return central


def _refused(_request: Request[Any, Any, Any], error: BodyRefused) -> Response[bytes]:
    response = problem_response(error.status, error.code, error.message)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    if request.url.path.startswith("/v1/"):
        sentence = error.detail.partition("\n")[0].rstrip(".") + "."
        return problem_response(error.status_code, "not_understood", sentence)
    if error.status_code == 404:
        return problem_page(_central(request), 404, wording.NOT_FOUND, wording.NOT_FOUND_HELP)
    return problem_page(_central(request), error.status_code, wording.BAD_ADDRESS, wording.NOT_FOUND_HELP)


def _database_error(request: Request[Any, Any, Any], error: DBAPIError) -> Response[bytes]:
    """The disk is full, or the one writer is stuck: nothing was stored, and the bench tries again."""
    _log.error("the database refused: %s", error.orig)
    message = "Central's database cannot take this now; nothing was stored. Try again later."
    if request.url.path.startswith("/v1/"):
        response = problem_response(503, "database", message)
    else:
        response = problem_page(_central(request), 503, "Not now", message)
    response.headers["Retry-After"] = "30"
    return response
