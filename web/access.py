"""Who may ask, how often, and from which other sites: keys, rates and origins, each off until it is set.

They are about the endpoint. Pages are for people: to keep those closed, put a login before the whole site.
"""

from __future__ import annotations

import re

from flask import Flask, Response, g, request
from werkzeug.exceptions import TooManyRequests, Unauthorized

from index.errors import SettingsInvalid
from index.settings import Settings
from web.keys import read_keys
from web.limits import Limiter, read_rate
from web.params import KEY_PARAMETER, is_key

GUARDED = "/api/"
KEY_HEADER = "X-API-Key"
_PREFLIGHT_SECONDS = "86400"
_ORIGIN = re.compile(r"https?://[^/\s,?#@]+")
ANY_ORIGIN = "*"
_EXPOSED = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"


class Access:
    """The rules of one application. Raises SettingsInvalid when one cannot be read."""

    def __init__(self, settings: Settings) -> None:
        self._keys = read_keys(settings.keys) if settings.keys else None
        self._limiter = Limiter(read_rate(settings.rate)) if settings.rate else None
        self._origins = _origins(settings.origins)

    def install(self, app: Flask) -> None:
        """Let `app` ask before each request, and say after it what the rules were."""
        app.before_request(self._before)
        app.after_request(self._after)

    def _before(self) -> Response | None:
        if not request.path.startswith(GUARDED):
            return None
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return Response(status=204)  # a browser asks before it asks; it has no key to show yet
        name = self._name()
        if self._limiter:
            g.allowance = self._limiter.allowance(f"key {name}" if name else f"address {request.remote_addr}")
            if g.allowance.exceeded:
                raise TooManyRequests(
                    f"More than {self._limiter.rate.most:,} questions in {self._limiter.rate.seconds:,} seconds. "
                    f"Ask again in {g.allowance.seconds:,}."
                )
        return None

    def _name(self) -> str | None:
        """Whose key was shown. Raises Unauthorized where one is needed."""
        if self._keys is None:
            return None
        shown = _key_shown()
        name = self._keys.name_of(shown) if shown else None
        if name is None:
            raise Unauthorized(
                "This key is not known here." if shown else
                f"A key is needed: send it as “Authorization: Bearer KEY”, as {KEY_HEADER}, or as {KEY_PARAMETER}=KEY."
            )  # fmt: skip
        return name

    def _after(self, response: Response) -> Response:
        if not request.path.startswith(GUARDED):
            return response
        if self._limiter and "allowance" in g:
            rate, left = self._limiter.rate, g.allowance
            response.headers["RateLimit-Policy"] = f'"default";q={rate.most};w={rate.seconds}'
            response.headers["RateLimit"] = f'"default";r={left.left};t={left.seconds}'
            if left.exceeded:
                response.headers["Retry-After"] = str(left.seconds)
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        if self._keys is not None:
            response.headers["Cache-Control"] = "private, no-cache"
        self._allow_origin(response)
        return response

    def _allow_origin(self, response: Response) -> None:
        if not self._origins:
            return
        origin = request.headers.get("Origin", "")
        if self._origins != {ANY_ORIGIN}:
            response.vary.add("Origin")
        if origin in self._origins or (origin and self._origins == {ANY_ORIGIN}):
            response.headers["Access-Control-Allow-Origin"] = ANY_ORIGIN if ANY_ORIGIN in self._origins else origin
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
                response.headers["Access-Control-Allow-Headers"] = f"Authorization, {KEY_HEADER}, If-None-Match"
                response.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS


def _key_shown() -> str:
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    return (
        (key.strip() if kind.lower() == "bearer" else "")
        or request.headers.get(KEY_HEADER, "")
        or next((value for name, value in request.args.items() if is_key(name)), "")
    )


def _origins(text: str) -> frozenset[str]:
    """The origins of a list with commas. Raises SettingsInvalid for what is none."""
    origins = frozenset(filter(None, (one.strip().rstrip("/") for one in text.split(","))))
    for origin in origins:
        if not _ORIGIN.fullmatch(origin) and origins != {ANY_ORIGIN}:
            raise SettingsInvalid(f"origins: {origin!r} is no origin; write https://news.example.org, or * for all")
    return origins
