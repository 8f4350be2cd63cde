"""A child on this county's register that lives in another: said, asked for, proven, over."""
# ruff: noqa: FBT001, PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.sealed import Sealed

from baoxue_enrollment.domain.child_terms import InquiryAnswer, NoInquiryError, NotElsewhereError, Proof


class LivesElsewhere(Audited):
    """人户分离 of one child; only with proof it leaves the lists of those who are due here."""

    TOPIC = "enrollment.LivesElsewhere"

    class Recorded(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.LivesElsewhere.Recorded"
        area: str
        child_id: UUID
        place: Sealed
        since_on: date

    class RecordedAgain(Audited.Event):
        """After it had lived here again."""

        TOPIC = "enrollment.LivesElsewhere.RecordedAgain"
        area: str
        child_id: UUID
        place: Sealed
        since_on: date

    class Proven(Audited.Event):
        TOPIC = "enrollment.LivesElsewhere.Proven"
        area: str
        child_id: UUID
        proof: Proof
        detail: Sealed
        proven_on: date

    class Ended(Audited.Event):
        TOPIC = "enrollment.LivesElsewhere.Ended"
        area: str
        child_id: UUID
        ended_on: date

    class InquirySent(Audited.Event):
        """协查函 to another county, on the platform or on paper."""

        TOPIC = "enrollment.LivesElsewhere.InquirySent"
        area: str
        child_id: UUID
        inquiry_id: UUID
        to: str
        on_paper: bool
        number: str
        sent_on: date

    class InquiryAnswered(Audited.Event):
        TOPIC = "enrollment.LivesElsewhere.InquiryAnswered"
        area: str
        child_id: UUID
        inquiry_id: UUID
        answer: InquiryAnswer
        detail: Sealed
        answered_on: date

    @event(Recorded)
    def __init__(self, id: UUID, area: str, child_id: UUID, place: Sealed, since_on: date) -> None:
        self.area, self.child_id = area, child_id
        self.elsewhere = True
        self.open: set[UUID] = set()  # inquiries without an answer

    def record_again(self, place: Sealed, since_on: date) -> None:
        """Another place, or anew."""
        self._again(self.area, self.child_id, place, since_on)

    @event(RecordedAgain)
    def _again(self, area: str, child_id: UUID, place: Sealed, since_on: date) -> None:
        self.elsewhere = True

    def _refuse_if_here(self) -> None:
        if not self.elsewhere:
            raise NotElsewhereError(available=("record_lives_elsewhere",))

    def prove(self, proof: Proof, detail: Sealed, proven_on: date) -> None:
        """NotElsewhereError."""
        self._refuse_if_here()
        self._proven(self.area, self.child_id, proof, detail, proven_on)

    @event(Proven)
    def _proven(self, area: str, child_id: UUID, proof: Proof, detail: Sealed, proven_on: date) -> None:
        pass

    def end(self, ended_on: date) -> None:
        """It lives here again, or was never away. NotElsewhereError."""
        self._refuse_if_here()
        self._ended(self.area, self.child_id, ended_on)

    @event(Ended)
    def _ended(self, area: str, child_id: UUID, ended_on: date) -> None:
        self.elsewhere = False

    def inquire(self, inquiry_id: UUID, to: str, number: str, sent_on: date, *, on_paper: bool) -> None:
        """NotElsewhereError."""
        self._refuse_if_here()
        self._inquired(self.area, self.child_id, inquiry_id, to, on_paper, number, sent_on)

    @event(InquirySent)
    def _inquired(
        self, area: str, child_id: UUID, inquiry_id: UUID, to: str, on_paper: bool, number: str, sent_on: date
    ) -> None:
        self.open.add(inquiry_id)

    def take_answer(self, inquiry_id: UUID, answer: InquiryAnswer, detail: Sealed, answered_on: date) -> None:
        """Whether it proves anything is a person's to say (`prove`). NoInquiryError."""
        if inquiry_id not in self.open:
            raise NoInquiryError(inquiry_id=inquiry_id)
        self._answered(self.area, self.child_id, inquiry_id, answer, detail, answered_on)

    @event(InquiryAnswered)
    def _answered(
        self, area: str, child_id: UUID, inquiry_id: UUID, answer: InquiryAnswer, detail: Sealed, answered_on: date
    ) -> None:
        self.open.discard(inquiry_id)
