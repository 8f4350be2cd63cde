"""HTTP routes of a service: signed-in actor, permission, request id, problem documents, in one place."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from enum import Enum
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, Header, Request, Response

from baoxue_shared.access.permissions import PUBLIC, check_permission, permissions
from baoxue_shared.access.tokens import Tokens
from baoxue_shared.actor import Actor, acting_as, current_acting
from baoxue_shared.errors import InvalidInputError, UnauthenticatedError
from baoxue_shared.messages import Catalogue
from baoxue_shared.web import problems
from baoxue_shared.web.openapi import QUESTION, describe
from baoxue_shared.web.problems import MissingRequestIdError, NotYetError, add_problems

if TYPE_CHECKING:
    from baoxue_shared.service import World

BEARER = "bearer "
PLAIN = f"^{problems.PLAIN.pattern}$"
Endpoint = Callable[..., Awaitable[Any]]


async def _reader() -> Actor:
    return current_acting.get().actor


Reader = Annotated[Actor, Depends(_reader)]


class Routes:
    """Builds a service's API; a route whose operation is not in the permission table does not start."""

    def __init__(self, service: str, world: "World") -> None:
        self.service, self.world = service, world
        self.tokens = Tokens(world.settings.issuer)
        self.catalogue = Catalogue(f"baoxue_{service}")
        self.commands: dict[str, Endpoint] = {}  # by name: what can be asked over NATS too
        self.api = FastAPI(title=f"Baoxue {service}", version="1", docs_url=None, redoc_url=None)
        self.api.state.routes = self
        add_problems(self.api, self.catalogue)
        describe(self.api)

    def command(self, method: str, path: str, operation: Endpoint, *, status: int = 200) -> None:
        """An application method as a route; its answer carries ETag."""
        self.commands[operation.__name__] = operation
        self._add(method, path, _with_etag(operation), operation.__name__, status, commands=True)

    def query(self, path: str, endpoint: Endpoint) -> None:
        """A GET route; `endpoint` takes `reader: Reader`. What has a `version` is answered with its ETag."""
        self._add("GET", path, _with_etag(endpoint), endpoint.__name__, 200, commands=False)

    def question(self, path: str, endpoint: Endpoint) -> None:
        """A POST route that records nothing: a question too long for a URL; `endpoint` takes `reader: Reader`."""
        self._add("POST", path, endpoint, endpoint.__name__, 200, commands=False, tags=[QUESTION])

    def public(self, path: str, endpoint: Endpoint) -> None:
        """A GET route for everybody. LookupError unless the permission table says "public"."""
        operation = endpoint.__name__
        if permissions(self.service).get(operation) != PUBLIC:
            message = f"{self.service}.{operation} is not public in access/permissions.toml"
            raise LookupError(message)
        self.api.add_api_route(path, endpoint, operation_id=operation, tags=[*PUBLIC])

    def _add(  # noqa: PLR0913
        self,
        method: str,
        path: str,
        endpoint: Endpoint,
        operation: str,
        status: int,
        *,
        commands: bool,
        tags: list[str | Enum] | None = None,
    ) -> None:
        if operation not in permissions(self.service):
            message = f"{self.service}.{operation} is not in access/permissions.toml"
            raise LookupError(message)
        self.api.add_api_route(
            path,
            endpoint,
            methods=[method],
            status_code=status,
            operation_id=operation,
            tags=tags,
            dependencies=[Depends(self._acting(operation, commands=commands))],
        )

    def _acting(self, operation: str, *, commands: bool) -> Callable[..., AsyncIterator[None]]:
        world = self.world

        # an async generator: a sync one's context would not reach the endpoint
        async def acting(  # noqa: PLR0913, PLR0917 - the headers
            request: Request,
            authorization: Annotated[str, Header()] = "",
            idempotency_key: Annotated[str | None, Header(pattern=PLAIN)] = None,
            x_request_id: Annotated[str | None, Header(pattern=PLAIN)] = None,
            if_match: Annotated[str | None, Header()] = None,
            min_position: int = 0,
        ) -> AsyncIterator[None]:
            if not authorization.lower().startswith(BEARER):
                raise UnauthenticatedError(problem="Authorization: Bearer <token>")
            actor = await self.tokens.actor(authorization[len(BEARER) :].strip())
            check_permission(actor, self.service, operation)
            if commands and idempotency_key is None:
                raise MissingRequestIdError
            if min_position and not await world.reached(min_position):
                raise NotYetError(position=min_position)
            with acting_as(
                actor,
                clock=world.clock,
                request_id=idempotency_key,
                correlation_id=x_request_id or getattr(request.state, "request_id", None),
                expected_version=_version(if_match),
            ):
                yield

        return acting


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    text = if_match.removeprefix("W/").strip('"')
    if not text.isdigit():
        raise InvalidInputError(problem='If-Match: "<version>"')
    return int(text)


def _with_etag(operation: Endpoint) -> Endpoint:
    @wraps(operation)
    async def endpoint(*args: Any, response: Response, **kwargs: Any) -> Any:  # noqa: ANN401 - the operation's own
        answer = await operation(*args, **kwargs)
        version = answer.get("version") if isinstance(answer, Mapping) else getattr(answer, "version", None)
        if version is not None:
            response.headers["ETag"] = f'"{version}"'
        return answer

    signature = inspect.signature(operation)
    extra = inspect.Parameter("response", inspect.Parameter.KEYWORD_ONLY, annotation=Response)
    endpoint.__signature__ = signature.replace(parameters=[*signature.parameters.values(), extra])  # type: ignore[attr-defined]
    return endpoint
