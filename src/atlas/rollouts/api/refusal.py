"""A refusal: why a request is not carried out, as the client gets to read it."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi.responses import JSONResponse

Place = Sequence[str | int]


class Refusal(Exception):
    """An answer with an error status. `place` is where in the request the fault is, as FastAPI names places."""

    def __init__(self, status: int, reason: str, *, place: Place = (), retry_after_s: int | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.place, self.retry_after_s = status, reason, tuple(place), retry_after_s

    def response(self) -> JSONResponse:
        """422 is answered in the form that FastAPI gives its own validation errors."""
        detail: object = self.reason
        if self.status == 422:
            detail = [{"type": "value_error", "loc": ["body", *self.place], "msg": self.reason}]
        headers = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse({"detail": detail}, self.status, headers)


def busy(reason: str, retry_after_s: int = 5) -> Refusal:
    """Back-pressure: the same request will do later. Clients of the protocol try again on 5xx, never on 4xx."""
    return Refusal(503, reason, retry_after_s=retry_after_s)
