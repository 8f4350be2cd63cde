"""Structured logs: JSON lines with the request's id, and only fields that are known to hold nothing personal."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {"event", "level", "timestamp", "service", "request_id", "operation", "status", "milliseconds", "position"}
    | {"publisher", "reader", "error", "attempt", "day", "port"}
)


def _known_fields_only(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401
    return {name: value for name, value in event.items() if name in ALLOWED}


def set_up_logs(service: str) -> None:
    """To standard error; the web server's own access log is off, since paths and queries may name somebody."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _known_fields_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
