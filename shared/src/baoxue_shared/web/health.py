"""What operators and machines ask of a running service: /livez /readyz /metrics /status."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.responses import JSONResponse

from baoxue_shared.messaging.asking import Asking
from baoxue_shared.web.problems import given_or_new

if TYPE_CHECKING:
    from baoxue_shared.service import World


log = structlog.get_logger()


def add_health(api: FastAPI, world: "World") -> None:
    """Unauthenticated: none of it says anything of a person."""
    registry = CollectorRegistry()
    requests = Counter("baoxue_requests", "HTTP requests", ["operation", "status"], registry=registry)
    seconds = Histogram("baoxue_request_seconds", "HTTP request duration", ["operation"], registry=registry)
    lag = Gauge(
        "baoxue_evidence_lag_seconds", "How long the oldest waits to be sealed, cosigned", ["of"], registry=registry
    )
    position = Gauge("baoxue_position", "Positions reached", ["of"], registry=registry)

    @api.middleware("http")
    async def measure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        began = time.perf_counter()
        request_id = request.state.request_id = given_or_new(request.headers.get("x-request-id"))
        status = 500  # if the endpoint fails
        try:
            response = await call_next(request)
            status = response.status_code
            response.headers["X-Request-Id"] = request_id
        finally:
            taken = time.perf_counter() - began
            operation = getattr(request.scope.get("route"), "operation_id", None)
            requests.labels(operation or "other", status).inc()
            seconds.labels(operation or "other").observe(taken)
            if operation:  # health and status are asked all the time
                told = {"request_id": request_id, "operation": operation, "status": status}
                log.info("request", **told, milliseconds=round(taken * 1000, 1))
        return response

    @api.get("/livez", include_in_schema=False)
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @api.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        problems = await world.problems()
        return JSONResponse(
            {"status": "ready" if not problems else "not ready", "problems": problems}, 503 if problems else 200
        )

    @api.get("/status", include_in_schema=False)
    async def status() -> dict[str, Any]:
        return await world.status()

    @api.get("/asyncapi.json", include_in_schema=False)
    async def asyncapi() -> Response:
        routes = getattr(api.state, "routes", None)  # a worker has none
        if routes is None:
            return Response(status_code=404)
        return Response(Asking(routes, world.settings.nats_url).document(), media_type="application/json")

    @api.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        state = await world.status()
        _set(position, _reached(state))
        _set(lag, state["lags"])
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _reached(status: Mapping[str, Any]) -> dict[str, float]:
    own = {"history": status["position"], "relay": status["relayed"], "sealed": status["sealed"]}
    return {**own, **status["readers"], **status["views"]}


def _set(gauge: Gauge, values: Mapping[str, float]) -> None:
    for name, value in values.items():
        gauge.labels(name).set(value)
