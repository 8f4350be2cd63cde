"""What `/openapi.json` says beyond FastAPI's own: problem documents, and which headers a command needs."""

from typing import Any

from fastapi import FastAPI

PROBLEM = "application/problem+json"
_TEXT = {"type": "string"}
SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. `title`: Chinese / English; `detail`: in the language of Accept-Language, Chinese first.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {**_TEXT, "description": "urn:baoxue:problem:<name>; stable"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "available": {"type": "array", "items": _TEXT, "description": "on 409: operations that can be done now"},
        "errors": {
            "type": "array",
            "description": "on 422: the fields to correct",
            "items": {"type": "object", "properties": {"field": _TEXT, "problem": _TEXT}},
        },
        "request_id": {**_TEXT, "description": "on 500: what to report"},
    },
}
ANSWERS = {
    "401": "not signed in",
    "403": "not this role, or outside the own area",
    "404": "not found, or not yours to see",
    "422": "the input is wrong",
    "503": "try again in a moment",
}
QUESTION = "question"  # tag of a POST route that records nothing
COMMAND_ANSWERS = {"400": "Idempotency-Key is missing", "409": "refused as things stand", "412": "If-Match is stale"}


def describe(api: FastAPI) -> None:
    """The document as it is served; made once, when it is asked for."""
    made = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            document = made()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = SCHEMA
            document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
            for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, which is never sent
                schemas.pop(name, None)
            for path in document["paths"].values():
                for method, operation in path.items():
                    _complete(operation, command=method != "get" and operation.get("tags") != [QUESTION])
        return api.openapi_schema or {}

    api.openapi = openapi  # type: ignore[method-assign]


def _complete(operation: dict[str, Any], *, command: bool) -> None:
    headers = {parameter["name"] for parameter in operation.get("parameters", [])}
    if "authorization" not in headers:  # evidence and what is public are for everybody
        _answered(operation, {status: ANSWERS[status] for status in {"422"} & operation["responses"].keys()})
        return
    _answered(operation, {**ANSWERS, **(COMMAND_ANSWERS if command else {})})
    kept = [p for p in operation["parameters"] if command or p["name"] not in {"idempotency-key", "if-match"}]
    for parameter in kept:
        parameter["required"] = parameter["required"] or parameter["name"] == "idempotency-key"
    operation["parameters"] = [p for p in kept if p["name"] != "authorization"]
    operation["security"] = [{"token": []}]


def _answered(operation: dict[str, Any], answers: dict[str, str]) -> None:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, words in answers.items():
        operation["responses"][status] = {"description": words, "content": content}
