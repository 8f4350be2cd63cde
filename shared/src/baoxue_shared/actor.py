"""No actor, no event: who acts, as which role, of which organisation, in which jurisdiction."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from baoxue_shared.clock import Clock
from baoxue_shared.randomness import random_text

if TYPE_CHECKING:
    from baoxue_shared.history.collector import Collector


class Actor(msgspec.Struct, frozen=True):
    """行为人: a person as a role of an organisation in a jurisdiction, or a machine as itself (`system:…`)."""

    subject: str  # an opaque id; never a name
    role: str
    organisation: str  # a body's code or a school's id
    jurisdiction: str  # a division code
    on_behalf_of: str | None = None


class Metadata(msgspec.Struct, frozen=True, omit_defaults=True):
    """What every recorded event carries beside its own facts."""

    actor: str
    role: str
    organisation: str
    jurisdiction: str
    request_id: str
    correlation_id: str
    occurred_at: datetime  # the world; the event's `timestamp` is the recording clock
    salt: str  # 16 random bytes: a public digest never confirms a guess
    causation_id: str | None = None
    on_behalf_of: str | None = None
    clause: str | None = None
    simulated: bool = False


class Acting(msgspec.Struct, frozen=True):
    """An actor in the course of one request: where each event's metadata comes from."""

    actor: Actor
    clock: Clock
    request_id: str
    correlation_id: str
    causation_id: str | None = None
    clause: str | None = None
    occurred_at: datetime | None = None
    expected_version: int | None = None  # If-Match
    digest: str = ""  # keyed digest of operation and body
    unsettled: set[UUID] = msgspec.field(default_factory=set)  # keys made for this command, durable with its unit
    collector: Any = None  # a Collector (untyped: it imports aggregates) while a reader gathers a micro-batch

    def metadata(self) -> Metadata:
        actor = self.actor
        return Metadata(
            actor=actor.subject,
            role=actor.role,
            organisation=actor.organisation,
            jurisdiction=actor.jurisdiction,
            request_id=self.request_id,
            correlation_id=self.correlation_id,
            occurred_at=self.occurred_at or self.clock.now(),
            salt=random_text(),
            causation_id=self.causation_id,
            on_behalf_of=actor.on_behalf_of,
            clause=self.clause,
            simulated=self.clock.simulated,
        )


current_acting: ContextVar[Acting] = ContextVar("current_acting")


@contextmanager
def acting_as(  # noqa: PLR0913 - the parts of an act, all by keyword
    actor: Actor,
    *,
    clock: Clock,
    request_id: str | None = None,
    correlation_id: str | None = None,
    causation_id: str | None = None,
    occurred_at: datetime | None = None,
    expected_version: int | None = None,
    collector: "Collector | None" = None,
) -> Iterator[Acting]:
    """Everything recorded inside the block is recorded as an act of `actor`."""
    request_id = request_id or random_text()
    acting = Acting(
        actor=actor,
        clock=clock,
        request_id=f"{actor.subject}/{request_id}",
        correlation_id=correlation_id or request_id,
        causation_id=causation_id,
        occurred_at=occurred_at,
        expected_version=expected_version,
        collector=collector,
    )
    token = current_acting.set(acting)
    try:
        yield acting
    finally:
        current_acting.reset(token)


def system_actor(name: str, jurisdiction: str) -> Actor:
    """A machine acts as itself, never as a person: `system_actor("deadline-clock", "220822")`."""
    return Actor(f"system:{name}", "system", "system", jurisdiction)
