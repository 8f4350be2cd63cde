"""The embedded mode's development issuer: ready-made people of each role. Never for production."""

import json
import os
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI, HTTPException
from jwt.algorithms import ECAlgorithm

from baoxue_shared.access.permissions import ROLES
from baoxue_shared.access.tokens import AUDIENCE

KEY_ID = "baoxue-development"
LIFETIME = 7 * 24 * 3600
JURISDICTIONS = {"township": "220822100", "village-cadre": "220822100001", "city-education": "2208", "auditor": "2208"}


def signing_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Created once, 0600."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        message = f"{path} holds no EC key"
        raise TypeError(message)
    return key


def mint(
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    role: str,
    *,
    organisation: str | None = None,
    jurisdiction: str | None = None,
) -> str:
    """A token of the ready-made person of a role; schools and teachers name their school as organisation."""
    area = jurisdiction or JURISDICTIONS.get(role, "220822")
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": f"dev:{role}" + (f":{organisation}" if organisation else ""),
        "role": role,
        "organisation": organisation or area,
        "jurisdiction": area,
        "iat": now,
        "exp": now + LIFETIME,
    }
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": KEY_ID})


def create_issuer(key: ec.EllipticCurvePrivateKey, url: str) -> FastAPI:
    """Discovery, keys and `/token?role=…`, for the loopback only."""
    api = FastAPI(title="Baoxue development issuer")

    @api.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return {"issuer": url, "jwks_uri": f"{url}/jwks.json", "token_endpoint": f"{url}/token"}

    @api.get("/jwks.json")
    async def jwks() -> dict[str, Any]:
        public = json.loads(ECAlgorithm.to_jwk(key.public_key()))
        return {"keys": [{**public, "kid": KEY_ID, "alg": "ES256", "use": "sig"}]}

    @api.get("/token")
    async def token(role: str, organisation: str | None = None, jurisdiction: str | None = None) -> dict[str, str]:
        if role not in ROLES:
            raise HTTPException(404, f"no such role; there are: {', '.join(sorted(ROLES))}")
        return {"access_token": mint(key, url, role, organisation=organisation, jurisdiction=jurisdiction)}

    return api
