"""Bearer tokens of any OpenID Connect issuer, checked against its published keys."""

import asyncio
import time
from typing import Any

import httpx
import jwt

from baoxue_shared.access.permissions import ROLES
from baoxue_shared.actor import Actor
from baoxue_shared.area import level
from baoxue_shared.errors import RefusalError, UnauthenticatedError

ALGORITHMS = ["ES256", "RS256", "EdDSA"]
AUDIENCE = "baoxue"
CACHED = 1024
REFRESH_EVERY = 5.0  # seconds: an unknown key id asks the issuer at most this often


class IssuerUnreachableError(RefusalError):
    """The issuer's keys could not be fetched."""


class Tokens:
    """Verifies tokens; a verified one is remembered until it expires."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer.rstrip("/")
        self._keys: dict[str, jwt.PyJWK] = {}
        self._known: dict[str, tuple[float, Actor]] = {}
        self._asked = -REFRESH_EVERY
        self._silent = False  # the last try to fetch keys failed
        self._lock = asyncio.Lock()

    async def actor(self, token: str) -> Actor:
        """UnauthenticatedError; IssuerUnreachableError."""
        known = self._known.get(token)
        if known and known[0] > time.time():
            return known[1]
        claims = await self._claims(token)
        actor = _actor(claims)
        if len(self._known) >= CACHED:
            self._known.clear()
        self._known[token] = (float(claims["exp"]), actor)
        return actor

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            key_id = str(jwt.get_unverified_header(token).get("kid"))
            key = await self._key(key_id)
            claims: dict[str, Any] = jwt.decode(
                token,
                key=key,
                algorithms=ALGORITHMS,
                audience=AUDIENCE,
                issuer=self.issuer,
                leeway=30,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.InvalidTokenError as error:
            raise UnauthenticatedError(problem=str(error)) from error
        return claims

    async def _key(self, key_id: str) -> jwt.PyJWK:
        async with self._lock:
            if key_id not in self._keys and time.monotonic() - self._asked >= REFRESH_EVERY:
                self._silent = True  # a silent issuer is not asked again by each request
                try:
                    self._keys = await self._fetch()
                    self._silent = False
                finally:
                    self._asked = time.monotonic()
        if key_id not in self._keys:
            if self._silent:
                raise IssuerUnreachableError
            raise UnauthenticatedError(problem="unknown signing key")
        return self._keys[key_id]

    async def _fetch(self) -> dict[str, jwt.PyJWK]:
        try:
            async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
                found = (await client.get(f"{self.issuer}/.well-known/openid-configuration")).raise_for_status().json()
                keys = (await client.get(found["jwks_uri"])).raise_for_status().json()
            return {key.key_id: key for key in jwt.PyJWKSet.from_dict(keys).keys if key.key_id}
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            jwt.PyJWTError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            raise IssuerUnreachableError from error


def _actor(claims: dict[str, Any]) -> Actor:
    role, jurisdiction = str(claims.get("role")), str(claims.get("jurisdiction"))
    try:
        level(jurisdiction)
    except ValueError as error:
        raise UnauthenticatedError(problem=str(error)) from error
    if role not in ROLES:
        raise UnauthenticatedError(problem=f"unknown role {role!r}")
    return Actor(
        subject=str(claims["sub"]),
        role=role,
        organisation=str(claims.get("organisation", jurisdiction)),
        jurisdiction=jurisdiction,
        on_behalf_of=claims.get("on_behalf_of"),
    )
