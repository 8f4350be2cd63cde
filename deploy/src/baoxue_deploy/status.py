"""`baoxue status`: how far each service has come, and whether it answers."""

from typing import Any

import httpx

from baoxue_deploy.places import SERVICES, url

ANSWERS_WITHIN = 3.0


def statuses() -> list[dict[str, Any]]:
    """One row per service; what is unreachable says so."""
    return [_status(service) for service in SERVICES]


def reachable(rows: list[dict[str, Any]]) -> bool:
    return all(row["ready"] == "ready" for row in rows)


def _status(service: str) -> dict[str, Any]:
    names = ("position", "to_relay", "views_behind", "readers", "ticked")
    row: dict[str, Any] = {"service": service, "address": url(service), "ready": "unreachable"}
    row |= dict.fromkeys(names)
    try:
        ready = httpx.get(f"{url(service)}/readyz", timeout=ANSWERS_WITHIN, trust_env=False).json()["status"]
        told = httpx.get(f"{url(service)}/status", timeout=ANSWERS_WITHIN, trust_env=False).json()
    except (httpx.HTTPError, ValueError, KeyError):
        return row
    behind = [told["position"] - reached for reached in told["views"].values()]
    readers = " ".join(f"{reader}={position}" for reader, position in sorted(told["readers"].items()))
    known = (told["position"], told["position"] - told["relayed"], max(behind, default=0), readers, told["ticked"])
    return row | {"ready": ready} | dict(zip(names, known, strict=True))
