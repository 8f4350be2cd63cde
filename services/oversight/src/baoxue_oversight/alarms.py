"""A witness refused to sign: a finding at once, for the body that runs the log."""

from baoxue_shared.actor import acting_as, system_actor
from baoxue_shared.clock import SHANGHAI, today
from baoxue_shared.errors import ForbiddenError
from baoxue_shared.evidence.alarm import Alarm, read_alarm
from baoxue_shared.evidence.note import BadNoteError, Key
from baoxue_shared.evidence.peers import read_peers
from baoxue_shared.service import World
from baoxue_shared.web import Routes
from fastapi import APIRouter, Request

from baoxue_oversight.application import Oversight
from baoxue_oversight.commands import RaiseFinding

DUTY = "evidence-log"
WORDS = {
    "fork": "同一长度有两棵不同的树 / two trees of one size",
    "rewind": "日志比已见证的短：数据库被退回 / shorter than what was witnessed: rolled back",
    "epoch": "一次恢复开始了新的纪元，丢失的记录由核验列出 / a restore began an epoch: verify tells what it lost",
    "rewritten": "已见证的历史被改写 / the witnessed past was rewritten",
}


class UnknownWitnessError(ForbiddenError):
    """An alarm came that no known witness has signed."""


def add_alarms(routes: Routes, oversight: Oversight) -> None:
    """Unauthenticated: an alarm is signed by a witness whose key stands in the settings."""
    world, router = routes.world, APIRouter(tags=["evidence"])

    async def hear(text: str) -> None:
        """UnknownWitnessError."""
        try:
            alarm = read_alarm(text, _witnesses(world))
        except BadNoteError as error:
            raise UnknownWitnessError(operation="evidence alarm", roles="witness") from error
        await _raise(oversight, world, alarm)

    @router.post("/evidence/alarms", status_code=202)
    async def hear_alarm(request: Request) -> None:
        """A signed alarm becomes a finding, once."""
        await hear((await request.body()).decode(errors="replace"))

    if world.evidence.witnessing is not None:
        world.evidence.witnessing.tell = hear
    routes.api.include_router(router)


def _witnesses(world: World) -> list[Key]:
    own = world.evidence.witnessing.witness.signers if world.evidence.witnessing else []
    return [*(peer.key for peer in read_peers(world.settings.witnesses)), *(signer.key for signer in own)]


async def _raise(oversight: Oversight, world: World, alarm: Alarm) -> None:
    what = alarm.kind if alarm.kind == "epoch" else f"{alarm.kind}={alarm.given.size}"  # each witness sees another size
    facts = (f"{one.origin} {one.size} {one.root.hex()}" for one in (alarm.kept, alarm.given))
    finding = RaiseFinding(
        area=world.county,
        duty_id=DUTY,
        duty_clause="—",
        bearer=world.county,
        concerns=f"log={alarm.origin}/{what}",
        due_on=alarm.at.astimezone(SHANGHAI).date(),
        rests_on=tuple(facts),
        missing=(WORDS.get(alarm.kind, alarm.kind), f"见证方 / witness {alarm.witness}"),
        raised_on=today(world.clock),
    )
    request_id = f"alarm/{alarm.origin}/{what}/{alarm.witness}"
    with acting_as(system_actor("witness", world.county), clock=world.clock, request_id=request_id):
        await oversight.raise_finding(finding)
