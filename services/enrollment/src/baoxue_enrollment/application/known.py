"""Whether something is on record, whether a place is the actor's, and what is changed beside the thing in hand."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import TypeVar
from uuid import UUID

import msgspec
from baoxue_shared.access.reach import reaches
from baoxue_shared.actor import current_acting
from baoxue_shared.audited import Audited
from baoxue_shared.errors import OutsideJurisdictionError
from baoxue_shared.history.application import Application
from baoxue_shared.history.folding import fold_one
from baoxue_shared.history.store import Record
from baoxue_shared.history.unit import RequestRepeatedError, SqlValue

from baoxue_enrollment.application.told import WITHIN

A = TypeVar("A", bound=Audited)


async def known(application: Application, originator_id: UUID) -> bool:
    table = f"{application.store.service}_events"
    found = await application.store.fetch(
        f"select 1 as found from {table} where originator_id = :id limit 1", {"id": str(originator_id)}
    )
    return bool(found)


async def known_among(application: Application, ids: Collection[UUID]) -> set[UUID]:
    """Those on record, asked for at once."""
    if not ids:
        return set()
    table, (places, params) = f"{application.store.service}_events", _places(ids)
    found = await application.store.fetch(
        f"select originator_id from {table} where originator_version = 1 and originator_id in ({places})", params
    )
    return {UUID(str(row["originator_id"])) for row in found}


async def loaded(application: Application, kind: type[A], ids: Collection[UUID]) -> dict[UUID, A]:
    """As recorded now, asked for at once; those not on record are left out."""
    if not ids:
        return {}
    table, (places, params) = f"{application.store.service}_events", _places(ids)
    found = await application.store.fetch(
        f"select originator_id, topic, state, position from {table} where originator_id in ({places})"
        " order by originator_id, originator_version",
        params,
    )
    return await asyncio.to_thread(_folded, kind, found)


def _folded(kind: type[A], found: list[Record]) -> dict[UUID, A]:
    aggregates: dict[UUID, A] = {}
    for one, rows in groupby(found, key=lambda row: UUID(str(row["originator_id"]))):
        aggregate: Audited | None = None
        for row in rows:
            state = bytes(row["state"])  # type: ignore[arg-type]  # a blob
            aggregate = fold_one(aggregate, str(row["topic"]), state, int(row["position"] or 0))
        if isinstance(aggregate, kind):
            aggregates[one] = aggregate
    return aggregates


def _places(ids: Collection[UUID]) -> tuple[str, dict[str, SqlValue]]:
    params: dict[str, SqlValue] = {f"i{n}": str(one) for n, one in enumerate(ids)}
    return ", ".join(f":{name}" for name in params), params


def check_place(area: str) -> None:
    """OutsideJurisdictionError."""
    if not reaches(current_acting.get().actor, area):
        raise OutsideJurisdictionError(area=area)


@contextmanager
def beside() -> Iterator[None]:
    """What is changed beside the thing that If-Match names: another thing, at a version of its own."""
    token = current_acting.set(msgspec.structs.replace(current_acting.get(), expected_version=None))
    try:
        yield
    finally:
        current_acting.reset(token)


@contextmanager
def own_record(name: str) -> Iterator[None]:
    """What is recorded although the command is refused: under a request id of its own, once for each request."""
    outer = current_acting.get()
    token = current_acting.set(msgspec.structs.replace(outer, request_id=f"{outer.request_id}{WITHIN}{name}"))
    try:
        with suppress(RequestRepeatedError):
            yield
    finally:
        current_acting.reset(token)
