"""Walks all routes of a service as somebody whom its records do not concern."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
from fastapi import FastAPI

from baoxue_shared.history.store import Store
from baoxue_shared.messaging.follower import prepare_view
from baoxue_shared.testing.bodies import AREA, SCHOOL, example
from baoxue_shared.view import View, sql

OPEN = frozenset({"/livez", "/readyz", "/metrics", "/status", "/openapi.json", "/asyncapi.json"})  # nothing personal
# The evidence log is for everybody, that nobody need trust us: hashes, topics, times and pseudonyms, never a state.
# Witnesses are asked by logs; what they take and give is signed.
LOG = frozenset({"/checkpoint", "/tile/{level}/{path}", "/tile/entries/{path}"})
STATEMENTS = frozenset({"/evidence/keys", "/heads/{originator_id}", "/checkpoint/sealed", "/epoch-{epoch}/statement"})
WITNESS = frozenset({"/witness/add-checkpoint", "/witness/latest", "/witness/keys", "/evidence/alarms"})
EVIDENCE = LOG | STATEMENTS | WITNESS | {f"/epoch-{{epoch}}{path}" for path in LOG}
PUBLIC = frozenset({"/verification/{notice_id}/{serial}"})  # tells nobody more than the paper in the hand
JSON = frozenset({"figures", "missing", "data", "inputs", "counts"})  # columns whose text is read as JSON
TURNED_AWAY = frozenset({401, 403, 404})


class Asked(NamedTuple):
    """One request of the walk and its answer."""

    method: str
    path: str
    template: str
    response: httpx.Response


class Planted(NamedTuple):
    """Texts that stand in the views only for this walk."""

    of_the_county: frozenset[str]  # all of them
    of_the_school: frozenset[str]  # those beside a child or a school


async def plant(store: Store, views: tuple[View, ...]) -> Planted:
    """One row of a child of AREA and SCHOOL in each table that has an area."""
    county: set[str] = set()
    school: set[str] = set()
    for view in views:
        await prepare_view(store, view)
        for table in re.findall(r"create table if not exists (\w+)", " ".join(view.tables), re.IGNORECASE):
            columns = await store.fetch(f"select name, type from pragma_table_info('{table}')")
            row = {str(c["name"]): _value(str(c["name"]), str(c["type"])) for c in columns}
            if "area" in row:
                places = ", ".join(f":{name}" for name in row)
                await store.execute([sql(f"insert into {table} ({', '.join(row)}) values ({places})", **row)])
                texts = {t for v in row.values() if len(t := str(v).strip('[]"')) == len(str(SCHOOL))} - {str(SCHOOL)}
                county |= texts
                school |= texts if row.keys() & {"child_id", "school_id"} else set()
    return Planted(frozenset(county), frozenset(school))


def _value(column: str, kind: str) -> str | int:
    if "int" in kind.lower():
        return 1
    if column in JSON:
        return f'["{uuid4()}"]'
    return {"area": AREA, "school_id": str(SCHOOL)}.get(column) or str(uuid4())


async def walk(api: FastAPI, token: str | None, ids: frozenset[str]) -> AsyncIterator[Asked]:
    """Every route of the API but the open ones, with every planted id in its path."""
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
    signed_in = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(transport=transport, base_url="http://service", headers=signed_in) as client:
        for method, template, operation in _operations(api.openapi()):
            components = api.openapi().get("components", {}).get("schemas", {})
            for path in _paths(template, ids if method == "GET" else frozenset(sorted(ids)[:1])):
                response = await client.request(
                    method,
                    path,
                    params=_query(operation, components),
                    json=_body(operation, components),
                    headers={"Idempotency-Key": str(uuid4())},
                )
                yield Asked(method, path, template, response)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for template, methods in document["paths"].items():
        if template not in OPEN | EVIDENCE | PUBLIC:
            yield from ((method.upper(), template, operation) for method, operation in methods.items())


def _paths(template: str, ids: frozenset[str]) -> list[str]:
    if "{" not in template:
        return [template]
    return [re.sub(r"\{\w+\}", identity, template) for identity in sorted(ids) or [str(uuid4())]]


def _query(operation: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    wanted = [p for p in operation.get("parameters", ()) if p["in"] == "query" and p.get("required")]
    return {p["name"]: example(p["schema"], components, p["name"]) for p in wanted}


def _body(operation: dict[str, Any], components: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return example(content["schema"], components) if content else None


def told(asked: Asked, planted: frozenset[str]) -> frozenset[str]:
    """What of the planted the answer gave away, beyond what the asker had put into the path."""
    return frozenset(v for v in planted if v in asked.response.text and v not in asked.path)


async def recorded_about(store: Store, what: str, *, after: int) -> list[str]:
    """Topics recorded beyond a position whose state has a text that begins so."""
    return [row.topic for row in await store.rows(after=after) if f'"{what}'.encode() in row.state]
