"""The oversight service: one method per command."""

from datetime import timedelta
from uuid import UUID

from baoxue_shared.access.reach import SCHOOL_ROLES
from baoxue_shared.actor import Actor, current_acting
from baoxue_shared.clock import shanghai, today
from baoxue_shared.command import Recorded
from baoxue_shared.errors import ForbiddenError, NotFoundError
from baoxue_shared.history.application import AggregateNotFoundError, Application
from baoxue_shared.history.commands import command
from baoxue_shared.privacy.erasure import record_erasure

from baoxue_oversight.commands import AnswerFinding, DecideFinding, IssueBulletin, RaiseFinding
from baoxue_oversight.domain.bulletin import (
    PERIOD_KINDS,
    Bulletin,
    BulletinIssuedBeforeError,
    PeriodNotOverError,
    bulletin_of,
)
from baoxue_oversight.domain.finding import Finding, finding_of
from baoxue_oversight.figures import figures_of
from baoxue_oversight.ledger import Ledger


class UnknownPeriodError(NotFoundError):
    """A bulletin names a period that no open semester has."""


class NotYourBulletinError(ForbiddenError):
    """A bulletin was to be issued for another body."""


class Oversight(Application):
    """督导考核."""

    ledger: Ledger  # set by the composition root

    @command
    async def issue_bulletin(self, command: IssueBulletin) -> Recorded:
        """UnknownPeriodError; PeriodNotOverError; NotYourBulletinError; BulletinIssuedBeforeError."""
        actor = current_acting.get().actor
        if command.body != (actor.organisation if actor.role in SCHOOL_ROLES else actor.jurisdiction):
            raise NotYourBulletinError(body=command.body)
        await self.ledger.catch_up()
        period = self.ledger.engine.calendar_of(actor.jurisdiction).period(PERIOD_KINDS[command.level], command.period)
        if period is None:
            raise UnknownPeriodError(period=command.period)
        day = today(self.clock)
        if day <= period.last:
            raise PeriodNotOverError(period=command.period, last=period.last)
        bulletin_id = bulletin_of(command.level, command.body, command.period)
        if await self.store.rows_of(bulletin_id):
            raise BulletinIssuedBeforeError(period=command.period, available=("read_history",))
        as_of = shanghai(period.last + timedelta(days=1))
        school_id = UUID(command.body) if actor.role in SCHOOL_ROLES else None
        bulletin = Bulletin(
            id=bulletin_id,
            area=self._area(actor),
            level=command.level,
            body=command.body,
            period=command.period,
            figures_as_of=as_of,
            figures=await figures_of(self.store, actor, as_of),
            issued_on=day,
            school_id=school_id,
        )
        return await self.save(bulletin)

    def _area(self, actor: Actor) -> str:
        """A school's township; NotFoundError for a school that has no zone."""
        if actor.role not in SCHOOL_ROLES:
            return actor.jurisdiction
        area = self.ledger.engine.bodies.area_of(actor.organisation)
        if area is None:
            raise AggregateNotFoundError(id=actor.organisation)
        return area

    @command
    async def raise_finding(self, command: RaiseFinding) -> Recorded:
        """One finding per duty, key and deadline: raising it again changes nothing."""
        finding_id = finding_of(command.duty_id, command.concerns, command.due_on)
        facts = command.model_dump(exclude={"occurred_at"})
        if await self.store.rows_of(finding_id):
            return await self.save(await self.load(Finding, finding_id))
        return await self.save(Finding(id=finding_id, **facts))

    @command
    async def answer_finding(self, finding_id: UUID, command: AnswerFinding) -> Recorded:
        """DecidedFindingError."""
        async with self.changing(Finding, finding_id) as finding:
            sealed = self.seal(finding_id, Finding.Answered.TOPIC, text=command.text)
            finding.answer(sealed["text"], command.answered_on)
            return await self.save(finding)

    @command
    async def decide_finding(self, finding_id: UUID, command: DecideFinding) -> Recorded:
        """DecidedFindingError."""
        async with self.changing(Finding, finding_id) as finding:
            finding.decide(command.decision, command.decided_on)
            return await self.save(finding)

    @command
    async def erase_child(self, child_id: UUID, area: str) -> Recorded:
        """Once enrollment recorded the erasure. ErasedChildError the second time."""
        return await record_erasure(self, child_id, area, "retention-ended")
