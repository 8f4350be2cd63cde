"""The notice to a guardian: issued, served with proof, refused, undeliverable, revoked, issued anew."""
# ruff: noqa: PLR0913, PLR0917 - an event's facts are the parameters of the method that evolves

from datetime import date
from typing import Any
from uuid import UUID

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.sealed import Sealed

from baoxue_enrollment.domain.notice_terms import (
    AlreadyServedError,
    OtherWaysFirstError,
    Reissue,
    Revocation,
    RevokedNoticeError,
    Undelivered,
)
from baoxue_enrollment.domain.placement import Entry
from baoxue_enrollment.domain.proof_of_service import ServiceMethod, deemed_on


class EnrollmentNotice(Audited):
    """入学通知书 to the guardian of one child for one entry."""

    TOPIC = "enrollment.EnrollmentNotice"

    class Issued(Audited.Event, AggregateCreated):
        TOPIC = "enrollment.EnrollmentNotice.Issued"
        class_version = 2
        area: str
        child_id: UUID
        school_id: UUID
        entry: Entry
        year: int
        number: str
        report_on: date
        text_version: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["text_version"] = "1"

    class Served(Audited.Event):
        TOPIC = "enrollment.EnrollmentNotice.Served"
        class_version = 2
        area: str
        child_id: UUID
        school_id: UUID
        method: ServiceMethod
        served_on: date
        proof: Sealed | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["proof"] = None

    class Announced(Audited.Event):
        """Public notice was given; the notice is deemed served after thirty days."""

        TOPIC = "enrollment.EnrollmentNotice.Announced"
        area: str
        child_id: UUID
        school_id: UUID
        published_on: date
        deemed_on: date
        proof: Sealed | None

    class Refused(Audited.Event):
        TOPIC = "enrollment.EnrollmentNotice.Refused"
        area: str
        child_id: UUID
        school_id: UUID
        refused_on: date
        account: Sealed

    class Undeliverable(Audited.Event):
        TOPIC = "enrollment.EnrollmentNotice.Undeliverable"
        area: str
        child_id: UUID
        school_id: UUID
        method: ServiceMethod
        tried_on: date
        cause: Undelivered

    class Revoked(Audited.Event):
        TOPIC = "enrollment.EnrollmentNotice.Revoked"
        area: str
        child_id: UUID
        school_id: UUID
        ground: Revocation
        revoked_on: date

    class Reissued(Audited.Event):
        """Printed anew under the next number; the former paper is void and its service counts no longer."""

        TOPIC = "enrollment.EnrollmentNotice.Reissued"
        area: str
        child_id: UUID
        school_id: UUID
        ground: Reissue
        number: str
        report_on: date
        reissued_on: date
        text_version: str

    @event(Issued)
    def __init__(
        self,
        id: UUID,
        area: str,
        child_id: UUID,
        school_id: UUID,
        entry: Entry,
        year: int,
        number: str,
        report_on: date,
        text_version: str,
    ) -> None:
        self.area, self.child_id, self.school_id = area, child_id, school_id
        self.entry: Entry = entry
        self.year, self.number, self.report_on = year, number, report_on
        self.served = self.revoked = self.tried = False
        self.deemed_on: date | None = None

    def _refuse_if_over(self) -> None:
        if self.revoked:
            raise RevokedNoticeError(number=self.number, available=("reissue_notice",))
        if self.served:
            raise AlreadyServedError(number=self.number)

    def serve(self, method: ServiceMethod, served_on: date, proof: Sealed | None = None) -> None:
        """By public notice: announced, and deemed served when its thirty days have passed.

        RevokedNoticeError; AlreadyServedError; OtherWaysFirstError (民事诉讼法 95).
        """
        self._refuse_if_over()
        if method != "public_notice":
            self._served(self.area, self.child_id, self.school_id, method, served_on, proof)
            return
        if self.deemed_on:
            raise AlreadyServedError(number=self.number)
        if not self.tried:
            raise OtherWaysFirstError(number=self.number, available=("record_undeliverable",))
        self._announced(self.area, self.child_id, self.school_id, served_on, deemed_on(served_on), proof)

    @event(Served)
    def _served(
        self,
        area: str,
        child_id: UUID,
        school_id: UUID,
        method: ServiceMethod,
        served_on: date,
        proof: Sealed | None,
    ) -> None:
        self.served = True

    @event(Announced)
    def _announced(
        self,
        area: str,
        child_id: UUID,
        school_id: UUID,
        published_on: date,
        deemed_on: date,
        proof: Sealed | None,
    ) -> None:
        self.deemed_on = deemed_on

    def deem_served(self, day: date) -> bool:
        """The period of the public notice is over on `day`; False if there is nothing to deem."""
        if self.revoked or self.served or self.deemed_on is None or day <= self.deemed_on:
            return False
        self._served(self.area, self.child_id, self.school_id, "public_notice", self.deemed_on, None)
        return True

    def refuse(self, refused_on: date, account: Sealed) -> None:
        """The guardian will not take it; it can be left before witnesses. RevokedNoticeError; AlreadyServedError."""
        self._refuse_if_over()
        self._refused(self.area, self.child_id, self.school_id, refused_on, account)

    @event(Refused)
    def _refused(self, area: str, child_id: UUID, school_id: UUID, refused_on: date, account: Sealed) -> None:
        pass

    def fail(self, method: ServiceMethod, tried_on: date, cause: Undelivered) -> None:
        """One way of service has failed. RevokedNoticeError; AlreadyServedError."""
        self._refuse_if_over()
        self._failed(self.area, self.child_id, self.school_id, method, tried_on, cause)

    @event(Undeliverable)
    def _failed(
        self, area: str, child_id: UUID, school_id: UUID, method: ServiceMethod, tried_on: date, cause: Undelivered
    ) -> None:
        self.tried = True

    def revoke(self, ground: Revocation, revoked_on: date) -> None:
        """Also after service: what was issued wrongly binds nobody. RevokedNoticeError."""
        if self.revoked:
            raise RevokedNoticeError(number=self.number, available=("reissue_notice",))
        self._revoked(self.area, self.child_id, self.school_id, ground, revoked_on)

    @event(Revoked)
    def _revoked(self, area: str, child_id: UUID, school_id: UUID, ground: Revocation, revoked_on: date) -> None:
        self.revoked = True

    def reissue(
        self, ground: Reissue, school_id: UUID, number: str, report_on: date, reissued_on: date, text_version: str
    ) -> None:
        """The paper anew, to be served anew."""
        self._reissued(self.area, self.child_id, school_id, ground, number, report_on, reissued_on, text_version)

    @event(Reissued)
    def _reissued(
        self,
        area: str,
        child_id: UUID,
        school_id: UUID,
        ground: Reissue,
        number: str,
        report_on: date,
        reissued_on: date,
        text_version: str,
    ) -> None:
        self.school_id, self.number, self.report_on = school_id, number, report_on
        self.served = self.revoked = self.tried = False
        self.deemed_on = None
