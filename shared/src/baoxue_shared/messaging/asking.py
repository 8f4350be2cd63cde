"""Commands over NATS, by FastStream: departments' systems ask, and get the same answers as over HTTP."""

import asyncio
import inspect
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from faststream.nats import NatsBroker
from faststream.nats.message import NatsMessage
from faststream.specification import AsyncAPI
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from baoxue_shared.access.permissions import check_permission
from baoxue_shared.actor import acting_as
from baoxue_shared.command import Command
from baoxue_shared.contracts.registry import published_by
from baoxue_shared.errors import InvalidInputError, RefusalError
from baoxue_shared.history.store import UnreachableStoreError
from baoxue_shared.web.problems import problem_of, unreachable_store

if TYPE_CHECKING:
    from baoxue_shared.web.routes import Endpoint, Routes

PAUSE = 0.5  # seconds
log = structlog.get_logger()


class Asked(BaseModel):
    """A command: `token` and `request_id` as the headers over HTTP, `path` the ids, `body` the command."""

    model_config = ConfigDict(extra="forbid")
    token: str = ""
    request_id: str = Field(default="", pattern=r"^[A-Za-z0-9._:/+=-]{0,200}$")
    path: dict[str, UUID] = {}
    body: dict[str, Any] = {}
    fault: str = Field(default="", description="leave empty")


class Answered(BaseModel):
    """`recorded` as over HTTP, or a problem document."""

    recorded: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None


async def _decoded(message: NatsMessage) -> Asked:
    try:
        return Asked.model_validate_json(message.body)
    except ValidationError as error:
        return Asked(fault="; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()))


def subject_of(service: str, operation: str) -> str:
    """`commands.cases.open-case`."""
    return f"commands.{service}.{operation.replace('_', '-')}"


class Asking:
    """One FastStream broker of one service: a request/reply handler per command, channels for what it publishes."""

    def __init__(self, routes: "Routes", nats_url: str) -> None:
        self._routes = routes
        self.broker = NatsBroker(nats_url, logger=None, max_reconnect_attempts=-1, reconnect_time_wait=1)
        for name, operation in routes.commands.items():
            if parameters := _askable(operation):
                self._handle(name, operation, parameters)
        for contract in published_by(routes.service):
            words = inspect.getdoc(contract) or ""
            self.broker.publisher(contract.subject("{county}"), schema=contract, description=words)

    async def run(self) -> None:
        """Until cancelled; a broker that went away before this began is waited for."""
        try:
            await self._start()
            await asyncio.Event().wait()
        finally:
            with suppress(Exception):
                await self.broker.stop()

    async def _start(self) -> None:
        while True:
            try:
                return await self.broker.start()
            except Exception as error:  # noqa: BLE001 - told, then tried again
                log.warning("asking waits", error=type(error).__name__)
                await asyncio.sleep(PAUSE)

    def _handle(self, name: str, operation: "Endpoint", parameters: dict[str, Any]) -> None:
        async def handle(asked: Asked) -> Answered:
            try:
                return Answered(recorded=await self._carry_out(name, operation, parameters, asked))
            except RefusalError as refusal:
                return Answered(problem=problem_of(refusal, self._routes.catalogue))
            except UnreachableStoreError:
                return Answered(problem=unreachable_store(self._routes.catalogue))

        handle.__name__ = name
        subject, queue = subject_of(self._routes.service, name), self._routes.service
        words = inspect.getdoc(operation) or name
        self.broker.subscriber(subject, queue=queue, decoder=_decoded, title=name, description=words)(handle)

    async def _carry_out(
        self, name: str, operation: "Endpoint", parameters: dict[str, Any], asked: Asked
    ) -> dict[str, Any]:
        if asked.fault or not asked.request_id:
            raise InvalidInputError(problem=asked.fault or "request_id")
        actor = await self._routes.tokens.actor(asked.token)
        check_permission(actor, self._routes.service, name)
        with acting_as(actor, clock=self._routes.world.clock, request_id=asked.request_id):
            recorded = await operation(**_arguments(parameters, asked))
        answer: dict[str, Any] = recorded.model_dump(mode="json")
        return answer

    def document(self) -> str:
        """AsyncAPI 3 of all channels, as JSON."""
        title = f"Baoxue {self._routes.service}"
        text: str = AsyncAPI(self.broker, title=title, version="1").to_specification().to_json()
        return text


def _askable(operation: "Endpoint") -> dict[str, Any] | None:
    """Its parameters if they are ids and a command; what takes a file goes over HTTP only."""
    found = {n: p.annotation for n, p in inspect.signature(operation).parameters.items()}
    plain = all(kind is UUID or (inspect.isclass(kind) and issubclass(kind, Command)) for kind in found.values())
    return found if plain else None


def _arguments(parameters: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """InvalidInputError naming the field."""
    try:
        return {
            name: TypeAdapter(kind).validate_python(asked.path[name] if kind is UUID else asked.body)
            for name, kind in parameters.items()
        }
    except KeyError as error:
        raise InvalidInputError(problem=f"path.{error.args[0]}") from error
    except ValidationError as error:
        problem = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise InvalidInputError(problem=problem) from error
