"""Commands on a child of this register that lives in another county, and the inquiries about it."""

from uuid import UUID, uuid4

from baoxue_shared.command import Recorded
from baoxue_shared.history.application import AggregateNotFoundError, Application
from baoxue_shared.history.commands import command

from baoxue_enrollment.application.known import known
from baoxue_enrollment.application.sealing import seal_one
from baoxue_enrollment.child_commands import (
    EndLivesElsewhere,
    ProveLivesElsewhere,
    RecordLivesElsewhere,
    SendInquiry,
    TakeInquiryAnswer,
)
from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.child_terms import NotElsewhereError, NotHereError
from baoxue_enrollment.domain.identity import one_per
from baoxue_enrollment.domain.lives_elsewhere import LivesElsewhere


def elsewhere_of(child_id: UUID) -> UUID:
    return one_per("lives-elsewhere", child_id)


class Elsewhere(Application):
    """人户分离."""

    @command
    async def record_lives_elsewhere(self, child_id: UUID, command: RecordLivesElsewhere) -> Recorded:
        """Without proof the child stays due here. NotHereError."""
        child = await self.load(Child, child_id)
        if child.gone:
            raise NotHereError(child_id=child_id)
        record_id = elsewhere_of(child_id)
        if not await known(self, record_id):
            place = seal_one(self, child_id, LivesElsewhere.Recorded, "place", command.place)
            return await self.save(LivesElsewhere(record_id, child.area, child_id, place, command.since_on))
        async with self.changing(LivesElsewhere, record_id) as record:
            place = seal_one(self, child_id, LivesElsewhere.RecordedAgain, "place", command.place)
            record.record_again(place, command.since_on)
            return await self.save(record)

    @command
    async def prove_lives_elsewhere(self, child_id: UUID, command: ProveLivesElsewhere) -> Recorded:
        """A school's certificate, a pupil record, or the answer to an inquiry. NotElsewhereError."""
        await self._refuse_unrecorded(child_id)
        async with self.changing(LivesElsewhere, elsewhere_of(child_id)) as record:
            detail = seal_one(self, child_id, LivesElsewhere.Proven, "detail", command.detail)
            record.prove(command.proof, detail, command.proven_on)
            return await self.save(record)

    @command
    async def end_lives_elsewhere(self, child_id: UUID, command: EndLivesElsewhere) -> Recorded:
        """It is due here again. NotElsewhereError."""
        await self._refuse_unrecorded(child_id)
        async with self.changing(LivesElsewhere, elsewhere_of(child_id)) as record:
            record.end(command.ended_on)
            return await self.save(record)

    @command
    async def send_inquiry(self, child_id: UUID, command: SendInquiry) -> Recorded:
        """The answer's `inquiry_id` takes the reply. NotElsewhereError."""
        await self._refuse_unrecorded(child_id)
        async with self.changing(LivesElsewhere, elsewhere_of(child_id)) as record:
            inquiry_id = uuid4()
            record.inquire(inquiry_id, command.to, command.number, command.sent_on, on_paper=command.on_paper)
            return await self.save(record, answer={"inquiry_id": str(inquiry_id)})

    @command
    async def take_inquiry_answer(self, child_id: UUID, command: TakeInquiryAnswer) -> Recorded:
        """NoInquiryError."""
        await self._refuse_unrecorded(child_id)
        async with self.changing(LivesElsewhere, elsewhere_of(child_id)) as record:
            detail = seal_one(self, child_id, LivesElsewhere.InquiryAnswered, "detail", command.detail)
            record.take_answer(command.inquiry_id, command.answer, detail, command.answered_on)
            return await self.save(record)

    async def _refuse_unrecorded(self, child_id: UUID) -> None:
        try:
            await self.load(LivesElsewhere, elsewhere_of(child_id))
        except AggregateNotFoundError as error:
            raise NotElsewhereError(available=("record_lives_elsewhere",)) from error
