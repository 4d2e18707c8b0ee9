"""A hub: enough of the Hugging Face HTTP API, on this machine, to download a dataset repository from."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """Serves `files` of one repository. `refusal` is a status and an error code that all requests get instead."""

    repository: str
    files: Mapping[str, bytes]
    refusal: tuple[int, str] | None = None
    tokens: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(body=True)

            def do_HEAD(self) -> None:
                self.answer(body=False)

            def answer(self, *, body: bool) -> None:
                hub.tokens.append(self.headers.get("Authorization", ""))
                if hub.refusal is not None:
                    status, code = hub.refusal
                    return self.send(status, b"{}", body, {"X-Error-Code": code})
                prefix = f"/datasets/{hub.repository}/resolve/{COMMIT}/"
                path = self.path.partition("?")[0]
                if path.startswith(f"/api/datasets/{hub.repository}/tree/"):
                    tree = [
                        {"type": "file", "path": name, "size": len(data), "oid": _etag(data)}
                        for name, data in hub.files.items()
                    ]
                    return self.send(200, json.dumps(tree).encode(), body, {})
                if path.startswith(f"/api/datasets/{hub.repository}"):
                    info = {
                        "id": hub.repository,
                        "sha": COMMIT,
                        "siblings": [{"rfilename": name} for name in hub.files],
                    }
                    return self.send(200, json.dumps(info).encode(), body, {})
                if path.startswith(prefix) and (data := hub.files.get(path.removeprefix(prefix))) is not None:
                    return self.send(200, data, body, {"ETag": f'"{_etag(data)}"', "X-Repo-Commit": COMMIT})
                return self.send(404, b"{}", body, {"X-Error-Code": "EntryNotFound"})

            def send(self, status: int, data: bytes, body: bool, headers: Mapping[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if body:
                    self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None: ...

        return Handler


def _etag(data: bytes) -> str:
    return sha256(data).hexdigest()[:40]
