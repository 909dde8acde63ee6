"""A camera that is none: an HTTP server on this machine that sends MJPEG as network cameras do, as
`multipart/x-mixed-replace`; with hands to show it pictures, make it stall, pull it out and plug it in again.

For tests, demonstrations and `station simulate camera`; it listens on the loopback only.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MjpegCamera", "Shown", "jpeg", "write_avi"]

Shown: TypeAlias = "bytes | Path | NDArray[np.uint8]"
"""One picture: JPEG bytes, a JPEG file, or an array (height x width, or height x width x 3 in blue, green, red)."""

_BOUNDARY: Final = "picture"
_LOOPBACK: Final = "127.0.0.1"


def jpeg(picture: Shown) -> bytes:
    """The picture as JPEG. Raises OSError for a file that cannot be read, ValueError for what is no picture."""
    if isinstance(picture, bytes):
        return picture
    if isinstance(picture, Path):
        return picture.read_bytes()
    import cv2

    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
    if not done:
        raise ValueError("the array cannot be written as JPEG")
    return data.tobytes()


def write_avi(pictures: Iterable[NDArray[np.uint8]], path: Path, fps: float = 30.0) -> None:
    """Writes arrays of one size (height x width x 3) as an MJPEG .avi. Raises ValueError where it cannot be written."""
    import cv2

    writer: cv2.VideoWriter | None = None
    try:
        for picture in pictures:
            if writer is None:
                size = picture.shape[1], picture.shape[0]
                writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, size)
                if not writer.isOpened():
                    raise ValueError(f"{path.name} cannot be written")
            writer.write(picture)
    finally:
        if writer is not None:
            writer.release()


class MjpegCamera:
    """The camera; it is there from the beginning and shows `pictures` over and over, `fps` of them a second.

    A context manager: at the end it is gone. Its methods may be called from any thread.
    """

    def __init__(self, pictures: Sequence[Shown], fps: float = 30.0, port: int = 0) -> None:
        self._period = 1 / fps
        self._news = threading.Condition()
        self._pictures: tuple[bytes, ...] = ()
        self._raw: bytes | None = None
        self._stalled = False
        self._sent = 0
        self._connections: set[socket.socket] = set()
        self._server: _Server | None = None
        self._port = port
        self.show(pictures)
        self.come_back()

    @property
    def url(self) -> str:
        """Its address, the same for its whole life."""
        return f"http://{_LOOPBACK}:{self._port}/camera.mjpg"

    @property
    def watched(self) -> bool:
        """True while somebody is connected."""
        with self._news:
            return bool(self._connections)

    @property
    def sent(self) -> int:
        """Pictures sent so far, to whomever."""
        return self._sent

    def show(self, pictures: Sequence[Shown]) -> None:
        """Shows these pictures over and over from now on, from the first one."""
        encoded = tuple(jpeg(picture) for picture in pictures)
        if not encoded:
            raise ValueError("a camera always shows something")
        with self._news:
            self._pictures, self._raw, self._stalled = encoded, None, False
            self._news.notify_all()

    def babble(self, data: bytes) -> None:
        """Sends these bytes instead of pictures, over and over."""
        with self._news:
            self._raw, self._stalled = data, False
            self._news.notify_all()

    def stall(self) -> None:
        """Sends nothing more, and keeps the connections."""
        with self._news:
            self._stalled = True
            self._news.notify_all()

    def vanish(self) -> None:
        """Is pulled out: all connections break, and nobody answers. May already be out."""
        server, self._server = self._server, None
        if server is None:
            return
        server.gone = True
        server.shutdown()
        server.server_close()
        with self._news:
            self._news.notify_all()
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            # The threads that served them find out by themselves; a new server has its own.
            self._connections.clear()

    def come_back(self) -> None:
        """Is plugged in again, at the same address. May already be in."""
        if self._server is not None:
            return
        self._server = _Server((_LOOPBACK, self._port), self)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="mjpeg camera", daemon=True).start()

    def __enter__(self) -> MjpegCamera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.vanish()

    def serve(self, connection: socket.socket, server: _Server) -> None:
        """Sends pictures to one connection until it breaks or the camera vanishes. For the server's threads."""
        with self._news:
            self._connections.add(connection)
        try:
            pictures: tuple[bytes, ...] = ()
            place = 0
            while True:
                with self._news:
                    self._news.wait_for(lambda: server.gone or not self._stalled)
                    if server.gone:
                        return
                    if pictures is not self._pictures:
                        pictures, place = self._pictures, 0
                    data = self._raw
                if data is None:
                    picture = pictures[place % len(pictures)]
                    head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                    data = head.encode() + picture + b"\r\n"
                    place += 1
                connection.sendall(data)
                with self._news:
                    self._sent += 1
                time.sleep(self._period)
        except OSError:
            return
        finally:
            with self._news:
                self._connections.discard(connection)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], camera: MjpegCamera) -> None:
        self.camera = camera
        self.gone = False
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a reader that goes away is an ordinary day for a camera."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10.0

    def do_GET(self) -> None:
        """The stream, whatever the path."""
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.close_connection = True
        self.wfile.flush()
        self.server.camera.serve(self.connection, self.server)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal belongs to whoever started the camera."""
