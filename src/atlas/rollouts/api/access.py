"""Access: who may use the API. A token where one is set; never a page that a browser shows of another site."""

from __future__ import annotations

import base64
import binascii
import hmac

from starlette.types import ASGIApp, Receive, Scope, Send

from atlas.rollouts.api.refusal import Refusal


class Access:
    """Around an application: refuses who has not the token, and browsers that were sent by another site."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self._app = app
        self._token = token.encode() if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := self._refusal(dict(scope["headers"]))):
            await refusal.response()(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, headers: dict[bytes, bytes]) -> Refusal | None:
        # Reading and resetting are GET requests, which any page could have a browser on this machine send.
        if headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
            return Refusal(403, "requests on behalf of another site are refused")
        if self._token and not hmac.compare_digest(_given(headers.get(b"authorization", b"")), self._token):
            return Refusal(401, "the token is missing or wrong; send `Authorization: Bearer TOKEN`")
        return None


def _given(authorization: bytes) -> bytes:
    """The token of a header: as a bearer's, or as the password of a URL such as http://atlas:TOKEN@host:8000."""
    scheme, _, value = authorization.strip().partition(b" ")
    if scheme.lower() == b"bearer":
        return value.strip()
    if scheme.lower() == b"basic":
        try:
            return base64.b64decode(value, validate=True).partition(b":")[2]
        except binascii.Error:
            return b""
    return b""
