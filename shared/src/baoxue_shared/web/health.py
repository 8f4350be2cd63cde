"""What operators and machines ask of a running service: /livez /readyz /metrics /status."""

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse

from baoxue_shared.messaging.asking import Asking
from baoxue_shared.web.metrics import Metrics
from baoxue_shared.web.problems import given_or_new
from baoxue_shared.web.readiness import faults, warnings

if TYPE_CHECKING:
    from baoxue_shared.service import World


log = structlog.get_logger()


def add_health(api: FastAPI, world: "World") -> None:
    """Unauthenticated: none of it says anything of a person."""
    measured = Metrics(world)

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
            measured.requests.labels(operation or "other", status).inc()
            measured.seconds.labels(operation or "other").observe(taken)
            if operation:  # health and status are asked all the time
                told = {"request_id": request_id, "operation": operation, "status": status}
                log.info("request", **told, milliseconds=round(taken * 1000, 1))
        return response

    @api.get("/livez", include_in_schema=False)
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @api.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        problems = await faults(world)
        told = {"status": "not ready" if problems else "ready", "problems": problems, "warnings": await warnings(world)}
        return JSONResponse(told, 503 if problems else 200)

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
        return Response(await measured.exposed(), media_type=CONTENT_TYPE_LATEST)
