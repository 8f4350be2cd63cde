"""Errors at the edge: RFC 9457 problem documents; the one table from refusals to statuses."""

import re

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from baoxue_shared import errors
from baoxue_shared.access.tokens import IssuerUnreachableError
from baoxue_shared.fields import field_problem
from baoxue_shared.history.store import UnreachableStoreError
from baoxue_shared.messages import Catalogue
from baoxue_shared.randomness import random_text


class MissingRequestIdError(errors.InvalidInputError):
    """A command came without Idempotency-Key."""


class NotYetError(errors.RefusalError):
    """The view did not reach `min_position` in time."""


STATUSES: tuple[tuple[type[errors.RefusalError], int], ...] = (
    (MissingRequestIdError, 400),
    (NotYetError, 503),
    (IssuerUnreachableError, 503),
    (errors.NotFoundError, 404),
    (errors.UnauthenticatedError, 401),
    (errors.ForbiddenError, 403),
    (errors.InvalidInputError, 422),
    (errors.StaleVersionError, 412),
    (errors.OverloadedError, 503),
    (errors.RefusalError, 409),
)
CONFLICT = 409
UNROUTED = {404: "NoSuchAddress", 405: "NoSuchMethod"}
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}


PLAIN = re.compile(r"[A-Za-z0-9._:/+=-]{1,200}")  # ids are recorded in clear: no names, no sentences


def given_or_new(request_id: str | None) -> str:
    """The caller's request id if it is plain, else one of ours."""
    return request_id if request_id and PLAIN.fullmatch(request_id) else random_text()


def _document(status: int, name: str, zh: str, en: str, **more: object) -> dict[str, object]:
    return {"type": f"urn:baoxue:problem:{name}", "title": f"{zh} / {en}", "status": status, **more}


def _answered(body: dict[str, object]) -> JSONResponse:
    status = int(str(body["status"]))
    return JSONResponse(body, status, HEADERS.get(status), "application/problem+json")


def language_of(request: Request) -> str:
    """`en` if the reader prefers it, else `zh`."""
    return "en" if request.headers.get("accept-language", "").startswith("en") else "zh"


def problem_of(refusal: errors.RefusalError, catalogue: Catalogue, language: str = "zh") -> dict[str, object]:
    """A refusal as a problem document (RFC 9457); `detail` in the reader's language."""
    status = next(code for kind, code in STATUSES if isinstance(refusal, kind))
    zh, en = catalogue.text(refusal, "zh"), catalogue.text(refusal, "en")
    more: dict[str, object] = {"available": list(refusal.available)} if status == CONFLICT else {}
    if isinstance(refusal, errors.DutyForbidsError):
        more |= {name: refusal.words.get(name) for name in ("duty", "clause", "text")}
    return _document(status, type(refusal).__name__, zh, en, detail=en if language == "en" else zh, **more)


def unreachable_store(catalogue: Catalogue) -> dict[str, object]:
    """Whether the command was recorded is not known: the same request, sent again, tells."""
    zh, en = (catalogue.words("UnreachableStore", language) for language in ("zh", "en"))
    return _document(503, "UnreachableStore", zh, en, detail=zh)


def add_problems(api: FastAPI, catalogue: Catalogue) -> None:
    """Every error leaves this API as a problem document."""

    def told(request: Request, status: int, name: str, **more: object) -> JSONResponse:
        zh, en = catalogue.words(name, "zh"), catalogue.words(name, "en")
        detail = en if language_of(request) == "en" else zh
        return _answered(_document(status, name, zh, en, **{"detail": detail, **more}))

    @api.exception_handler(errors.RefusalError)
    async def refused(request: Request, refusal: errors.RefusalError) -> JSONResponse:
        return _answered(problem_of(refusal, catalogue, language_of(request)))

    @api.exception_handler(UnreachableStoreError)
    async def unreachable(request: Request, _: UnreachableStoreError) -> JSONResponse:
        return told(request, 503, "UnreachableStore")

    @api.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        language = language_of(request)
        wrong = [(".".join(map(str, e["loc"][1:])), field_problem(e, language)) for e in error.errors()]
        fields = [{"field": field, "problem": problem} for field, problem in wrong]
        detail = "; ".join(f"{field}: {problem}" for field, problem in wrong)
        return told(request, 422, "InvalidInput", detail=detail, errors=fields)

    @api.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> JSONResponse:
        name = UNROUTED.get(error.status_code, "Http")
        return told(request, error.status_code, name, **({} if name in UNROUTED.values() else {"detail": error.detail}))

    @api.exception_handler(Exception)
    async def failed(request: Request, _: Exception) -> JSONResponse:
        request_id = getattr(request.state, "request_id", None) or given_or_new(None)
        answer = told(request, 500, "Fault", request_id=request_id)
        answer.headers["X-Request-Id"] = request_id
        return answer
