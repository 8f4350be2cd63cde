"""Who is let in: only a token of the issuer, for Baoxue, in time, signed with a published key."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from baoxue_shared.access.issuer import KEY_ID, signing_key
from baoxue_shared.access.tokens import IssuerUnreachableError, Tokens
from baoxue_shared.actor import Actor
from baoxue_shared.errors import UnauthenticatedError
from baoxue_shared.testing.issuer import RunningIssuer, running_issuer


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIssuer]:
    with running_issuer(tmp_path_factory.mktemp("issuer")) as running:
        yield running


def actor_of(issuer: RunningIssuer, token: str) -> Actor:
    return asyncio.run(Tokens(issuer.url).actor(token))


def signed(issuer: RunningIssuer, /, *, kid: str = KEY_ID, **changed: Any) -> str:
    now = int(time.time())
    claims: dict[str, object] = {"iss": issuer.url, "aud": "baoxue", "sub": "p1", "role": "school", "iat": now}
    claims |= {"organisation": "s1", "jurisdiction": "220822", "exp": now + 600} | changed
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, issuer.key, "ES256", {"kid": kid})


def test_a_person_acts_as_the_role_of_the_token(issuer: RunningIssuer) -> None:
    assert actor_of(issuer, signed(issuer)) == Actor("p1", "school", "s1", "220822")


def test_the_ready_made_township_acts_in_its_township(issuer: RunningIssuer) -> None:
    assert actor_of(issuer, issuer.token("township")).jurisdiction == "220822100"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "http://elsewhere"},
        {"aud": "another-system"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"sub": None},
        {"role": "system"},
        {"role": "emperor"},
        {"jurisdiction": "22082"},
        {"jurisdiction": None},
    ],
    ids=lambda changed: "-".join(f"{k}={v}" for k, v in changed.items() if not str(v).isdigit() or k != "exp"),
)
def test_a_wrong_claim_lets_nobody_in(issuer: RunningIssuer, changed: dict[str, Any]) -> None:
    with pytest.raises(UnauthenticatedError):
        actor_of(issuer, signed(issuer, **changed))


def test_a_token_signed_by_a_stranger_is_refused(issuer: RunningIssuer, tmp_path: Path) -> None:
    forger = RunningIssuer(issuer.url, signing_key(tmp_path / "stranger.pem"))
    with pytest.raises(UnauthenticatedError):
        actor_of(issuer, signed(forger))


def test_an_unknown_key_is_refused(issuer: RunningIssuer) -> None:
    with pytest.raises(UnauthenticatedError, match=r"unknown signing key"):
        actor_of(issuer, signed(issuer, kid="another"))


def test_algorithms_outside_the_list_are_refused(issuer: RunningIssuer) -> None:
    claims = jwt.decode(signed(issuer), options={"verify_signature": False})
    for token in (
        jwt.encode(claims, "", algorithm="none", headers={"kid": KEY_ID}),
        jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": KEY_ID}),
        "not.a.token",
        "",
    ):
        with pytest.raises(UnauthenticatedError):
            actor_of(issuer, token)


def test_a_token_is_forgotten_when_it_expires(issuer: RunningIssuer) -> None:
    async def story() -> None:
        tokens = Tokens(issuer.url)
        token = signed(issuer, exp=int(time.time()) - 28)  # two seconds left of the leeway of 30
        await tokens.actor(token)
        await asyncio.sleep(3)
        with pytest.raises(UnauthenticatedError):
            await tokens.actor(token)

    asyncio.run(story())


def test_a_silent_issuer_is_told_apart_from_a_bad_token(issuer: RunningIssuer) -> None:
    with pytest.raises(IssuerUnreachableError):
        asyncio.run(Tokens("http://127.0.0.1:9").actor(signed(issuer)))


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    signing_key(tmp_path / "k.pem")
    assert (tmp_path / "k.pem").stat().st_mode & 0o777 == 0o600
