"""Errors at the edge: RFC 9457 problem documents; the one table from refusals to statuses."""

import re

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from baoxue_shared import errors
from baoxue_shared.access.tokens import IssuerUnreachableError
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
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}


PLAIN = re.compile(r"[A-Za-z0-9._:/+=-]{1,200}")  # ids are recorded in clear: no names, no sentences


def given_or_new(request_id: str | None) -> str:
    """The caller's request id if it is plain, else one of ours."""
    return request_id if request_id and PLAIN.fullmatch(request_id) else random_text()


def _document(status: int, name: str, zh: str, en: str, **more: object) -> dict[str, object]:
    return {"type": f"urn:baoxue:problem:{name}", "title": f"{zh} / {en}", "status": status, **more}


def _problem(status: int, name: str, zh: str, en: str, **more: object) -> JSONResponse:
    body = _document(status, name, zh, en, **more)
    return JSONResponse(body, status, HEADERS.get(status), "application/problem+json")


def problem_of(refusal: errors.RefusalError, catalogue: Catalogue, language: str = "zh") -> dict[str, object]:
    """A refusal as a problem document (RFC 9457); `detail` in the reader's language."""
    status = next(code for kind, code in STATUSES if isinstance(refusal, kind))
    zh, en = catalogue.text(refusal, "zh"), catalogue.text(refusal, "en")
    more = {"available": list(refusal.available)} if status == CONFLICT else {}
    return _document(status, type(refusal).__name__, zh, en, detail=en if language == "en" else zh, **more)


def add_problems(api: FastAPI, catalogue: Catalogue) -> None:
    """Every error leaves this API as a problem document."""

    @api.exception_handler(errors.RefusalError)
    async def refused(request: Request, refusal: errors.RefusalError) -> JSONResponse:
        language = "en" if request.headers.get("accept-language", "").startswith("en") else "zh"
        body = problem_of(refusal, catalogue, language)
        status = int(str(body["status"]))
        return JSONResponse(body, status, HEADERS.get(status), "application/problem+json")

    @api.exception_handler(UnreachableStoreError)
    async def unreachable(_: Request, __: UnreachableStoreError) -> JSONResponse:
        words = (
            "数据库暂时无法连接，请稍后以同一请求编号重发",
            "The database does not answer; send the same request again",
        )
        return _problem(503, "UnreachableStore", *words)

    @api.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        fields = [{"field": ".".join(map(str, e["loc"][1:])), "problem": e["msg"]} for e in error.errors()]
        return _problem(
            422, "InvalidInput", "提交的内容有误，请按所列字段改正", "Correct the fields listed", errors=fields
        )

    @api.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> JSONResponse:
        return _problem(error.status_code, "Http", "请求无法办理", str(error.detail))

    @api.exception_handler(Exception)
    async def failed(request: Request, __: Exception) -> JSONResponse:
        request_id = getattr(request.state, "request_id", None) or given_or_new(None)
        words = ("系统故障，请凭请求编号报告", "A fault of ours; report it with the request id")
        answer = _problem(500, "Fault", *words, request_id=request_id)
        answer.headers["X-Request-Id"] = request_id
        return answer
