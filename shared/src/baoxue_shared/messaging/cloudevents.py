"""CloudEvents 1.0 as JSON: a contract on its way between services, and back."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
from pydantic import ValidationError

from baoxue_shared.contracts.base import Contract
from baoxue_shared.contracts.registry import contract_types
from baoxue_shared.history.unit import Place, Row
from baoxue_shared.view import Heard


def place_of(message_id: str) -> Place:
    """Epoch and position of `<service>:<epoch>:<position>`, which stands in `Nats-Msg-Id` too."""
    _, epoch, position = message_id.split(":")
    return int(epoch), int(position)


class UnreadableMessageError(Exception):
    """A message on a stream is no CloudEvent of a known contract."""


class Unreadable(msgspec.Struct, frozen=True):
    """The body of a message that could not be read."""

    text: str
    error: str


def heard_of(service: str, row: Row, event: Any) -> Heard:  # noqa: ANN401 - any recorded event
    """A recorded event as its own service's views hear it."""
    metadata = event.metadata
    return Heard(
        publisher=service,
        epoch=row.epoch,
        position=row.position,
        recorded_at=row.recorded_at,
        occurred_at=metadata.occurred_at,
        actor=metadata.actor,
        jurisdiction=metadata.jurisdiction,
        correlation_id=metadata.correlation_id,
        event_id=f"{service}:{row.epoch}:{row.position}",
        body=event,
        role=metadata.role,
        organisation=metadata.organisation,
        clause=metadata.clause,
        originator_id=str(row.originator_id),
    )


def encode(contract: Contract, heard: Heard) -> bytes:
    """The message of a contract made from a recorded event."""
    event = {
        "specversion": "1.0",
        "id": heard.event_id,
        "source": f"/baoxue/{heard.publisher}/epoch/{heard.epoch}",
        "type": contract.type_name(),
        "subject": heard.originator_id,
        "time": heard.recorded_at.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"urn:baoxue:contract:{contract.type_name()}",
        "sequence": heard.position,
        "occurredat": heard.occurred_at.isoformat(),
        "actor": heard.actor,
        "role": heard.role,
        "organisation": heard.organisation,
        "jurisdiction": heard.jurisdiction,
        "causationid": heard.event_id,
        "correlationid": heard.correlation_id,
        "data": contract.model_dump(mode="json"),
    }
    if heard.clause:
        event["clause"] = heard.clause
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def decode(message: bytes) -> Heard:
    """UnreadableMessageError. A type that this version does not know has its data as body."""
    try:
        event = json.loads(message)
        kind = contract_types().get(event["type"])
        epoch, position = place_of(event["id"])
        return Heard(
            publisher=event["id"].partition(":")[0],
            epoch=epoch,
            position=position,
            recorded_at=datetime.fromisoformat(event["time"]),
            occurred_at=datetime.fromisoformat(event["occurredat"]),
            actor=event["actor"],
            jurisdiction=event["jurisdiction"],
            correlation_id=event["correlationid"],
            event_id=event["id"],
            body=kind.model_validate(event["data"]) if kind else event["data"],
            role=event["role"],
            organisation=event["organisation"],
            clause=event.get("clause"),
            originator_id=event["subject"],
        )
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise UnreadableMessageError(str(error)) from error


def unreadable(message: bytes, message_id: str, error: Exception) -> Heard | None:
    """A message of ours (by its id) that cannot be read, to be parked; None for one that is not ours."""
    parts = message_id.split(":")
    if len(parts) != 3 or not (parts[1].isdigit() and parts[2].isdigit()):  # noqa: PLR2004 - service, epoch, position
        return None
    instant = datetime.fromtimestamp(0, UTC)
    return Heard(
        publisher=parts[0],
        epoch=int(parts[1]),
        position=int(parts[2]),
        recorded_at=instant,
        occurred_at=instant,
        actor="",
        jurisdiction="",
        correlation_id="",
        event_id=message_id,
        body=Unreadable(message.decode(errors="replace"), str(error)),
        originator_id="unreadable",
    )
