"""What makes an application method a command: repeated it answers the same, overtaken it decides anew."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from pydantic import BaseModel

from baoxue_shared.actor import current_acting
from baoxue_shared.command import Command, Recorded
from baoxue_shared.errors import BusyAggregateError, RefusalError
from baoxue_shared.history.application import Application
from baoxue_shared.history.unit import RequestRepeatedError, VersionConflictError

S = TypeVar("S", bound=Application)
P = ParamSpec("P")
ATTEMPTS = 10
PAUSE = 0.002  # seconds, longer each time: another process may be changing the same thing in a row


def command(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, Recorded]],
) -> Callable[Concatenate[S, P], Coroutine[Any, Any, Recorded]]:
    """Make an application method an idempotent command.

    Before it is decided the catalogue of duties is asked whether one forbids it (DutyForbidsError).
    The same request id returns the first answer, with another body RequestReusedError; a conflict with another
    writer decides anew on the fresh state, where If-Match may hold no longer (StaleVersionError).
    """

    @wraps(method)
    async def run(self: S, *args: P.args, **kwargs: P.kwargs) -> Recorded:
        body = next((a for a in (*args, *kwargs.values()) if isinstance(a, Command)), None)
        acting = current_acting.get()
        request_id = acting.request_id
        if acting.collector is not None:
            acting.collector.calls += 1
            request_id = f"{request_id}/{acting.collector.calls}"
        acting = msgspec.structs.replace(
            acting,
            request_id=request_id,
            digest=self.sealer.digest(method.__name__, *map(_plain, (*args, *kwargs.values()))),
            clause=body.clause if body else acting.clause,
            unsettled=set(),
            occurred_at=(body and body.occurred_at) or acting.occurred_at,
        )

        async def decide() -> Recorded:
            forbidden = self.forbidden(method.__name__, body)
            if forbidden is not None:
                await self.note_attempt(forbidden, signature(method).bind(self, *args, **kwargs).arguments)
                raise forbidden.refusal()
            return await method(self, *args, **kwargs)

        token = current_acting.set(acting)
        try:
            return await _attempts(self, acting.request_id, acting.digest, decide)
        finally:
            current_acting.reset(token)

    return run  # type: ignore[return-value]  # wraps keeps the signature, the checker cannot see it


async def _attempts(
    application: Application, request_id: str, digest: str, attempt: Callable[[], Awaitable[Recorded]]
) -> Recorded:
    for overtaken in range(ATTEMPTS):
        current_acting.get().unsettled.clear()
        try:
            return await attempt()
        except RequestRepeatedError as repeated:
            return await application.first_answer(repeated.earlier, digest)
        except VersionConflictError:
            if current_acting.get().collector is not None:  # the reader begins the message anew
                raise
            await asyncio.sleep(PAUSE * overtaken**2)
        except RefusalError:
            earlier = await application.store.request(request_id)
            if earlier is None:
                raise
            return await application.first_answer(earlier, digest)
    raise BusyAggregateError


def _plain(argument: object) -> str:
    return argument.model_dump_json() if isinstance(argument, BaseModel) else str(argument)
