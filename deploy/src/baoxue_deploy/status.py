"""`baoxue status`: whether each service answers, and how far behind its relay, views and readers are."""

from typing import Any

import httpx

from baoxue_deploy.places import SERVICES, url

ANSWERS_WITHIN = 3.0
COLUMNS = ("position", "to_relay", "views_behind", "readers_behind", "ticked")
Told = dict[str, Any]


def statuses() -> list[Told]:
    """One row per service; what is unreachable says so."""
    told = {service: _ask(service) for service in SERVICES}
    return [_row(service, told) for service in SERVICES]


def reachable(rows: list[Told]) -> bool:
    return all(row["ready"] == "ready" for row in rows)


def _ask(service: str) -> Told | None:
    try:
        ready = httpx.get(f"{url(service)}/readyz", timeout=ANSWERS_WITHIN, trust_env=False)
        if not ready.is_success:
            return {"ready": "; ".join([ready.json()["status"], *ready.json()["problems"]])}
        status = httpx.get(f"{url(service)}/status", timeout=ANSWERS_WITHIN, trust_env=False).raise_for_status().json()
    except (httpx.HTTPError, ValueError, KeyError):
        return None
    return {**status, "ready": "ready"}


def _row(service: str, told: dict[str, Told | None]) -> Told:
    own = told[service]
    row = {"service": service, "address": url(service), "ready": own["ready"] if own else "unreachable"}
    if own is None or "position" not in own:
        return row | dict.fromkeys(COLUMNS)
    published = {name: status for name, status in told.items() if status and "published" in status}
    views = [own["position"] - reached for reached in own["views"].values()]
    readers = [_behind(published.get(name.partition("/")[0]), own, name) for name in own["readers"]]
    behind = (max([0, *views]), max([0, *readers]))
    known = (own["position"], own["position"] - own["relayed"], *behind, own["ticked"])
    return row | dict(zip(COLUMNS, known, strict=True))


def _behind(publisher: Told | None, own: Told, name: str) -> int:
    """Positions; one at least where the publisher is in a newer epoch."""
    if publisher is None:
        return 0
    behind: int = publisher["published"] - own["readers"][name]
    return max(1, behind) if own["reader_epochs"][name] < publisher["epoch"] else behind
