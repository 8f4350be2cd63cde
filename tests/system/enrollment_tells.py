"""What enrollment's relay would publish: missed check-ins, in order, each until it is acknowledged."""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import nats
from baoxue_shared.contracts.enrollment import CheckInMissed
from baoxue_shared.messaging.cloudevents import encode
from baoxue_shared.view import Heard


def missed(position: int, child_id: UUID) -> bytes:
    instant = datetime(2025, 9, 2, 1, tzinfo=UTC)
    contract = CheckInMissed(
        area="220822100001",
        child_id=child_id,
        school_id=uuid4(),
        semester="2025-autumn",
        due_on=date(2025, 9, 1),
    )
    heard = Heard(
        publisher="enrollment",
        epoch=1,
        position=position,
        recorded_at=instant,
        occurred_at=instant,
        actor="system:deadline-clock",
        jurisdiction="220822",
        correlation_id="c",
        event_id=f"enrollment:1:{position}",
        body=contract,
        role="system",
        organisation="system",
        originator_id=str(uuid4()),
    )
    return encode(contract, heard)


async def publish(nats_url: str, children: list[UUID], *, first: int = 1) -> None:
    """`first`: position of the first of them."""
    client = await nats.connect(nats_url, max_reconnect_attempts=-1, reconnect_time_wait=0.1)
    jetstream = client.jetstream(timeout=1)
    for position, child in enumerate(children, first):
        message = missed(position, child)
        headers = {"Nats-Msg-Id": f"enrollment:1:{position}"}
        while True:
            with suppress(Exception):
                await jetstream.publish("enrollment.220822.pupil.check-in-missed.v1", message, headers=headers)
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.01)
    await client.close()
