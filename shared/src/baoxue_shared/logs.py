"""Structured logs: JSON lines with the request's id, and only fields that are known to hold nothing personal."""

import json
import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {"event", "level", "timestamp", "service", "request_id", "operation", "status", "milliseconds", "position"}
    | {"publisher", "reader", "error", "attempt", "day", "port"}
)


MINUTE = 60.0  # seconds


def _known_fields_only(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401
    return {name: value for name, value in event.items() if name in ALLOWED}


class OncePerMinute(logging.Filter):
    """A library that says the same again and again, say while the broker is down, is heard once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, object], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        what = record.exc_info[0] if record.exc_info else record.msg
        now = time.monotonic()
        if now - self._said.get((record.name, what), -MINUTE) < MINUTE:
            return False
        self._said[record.name, what] = now
        return True


class LibraryLines(logging.Formatter):
    """Other people's log lines as JSON: where and which fault, never its message, which may quote a record."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line = {"service": self._service, "level": record.levelname.lower(), "event": f"library:{record.name}"}
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])[-6:]
            where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
            line["error"] = f"{record.exc_info[0].__name__} in {where}"
        else:
            line["error"] = str(record.msg).partition("\n")[0]  # the format, without the arguments
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(service: str) -> None:
    """To standard error; the web server's own access log is off, since paths and queries may name somebody."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(LibraryLines(service))
    lines.addFilter(OncePerMinute())
    logging.basicConfig(handlers=[lines], level=logging.WARNING, force=True)
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
