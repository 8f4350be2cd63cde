"""What people ask about notices: issue, serve with proof, refuse, revoke, issue anew."""

from datetime import date
from typing import Annotated
from uuid import UUID

from baoxue_shared.command import Command
from pydantic import BaseModel, ConfigDict, Field

from baoxue_enrollment.commands import Many, Place, Year
from baoxue_enrollment.domain.notice_terms import Reissue, Revocation, Undelivered
from baoxue_enrollment.domain.placement import Entry
from baoxue_enrollment.domain.proof_of_service import ServiceMethod

Text = Annotated[str, Field(min_length=1, max_length=400)]


class IssueNotices(Command):
    """To every placed child due of the area that has none yet."""

    clause = "2.1"
    year: Year
    area: Place
    report_on: date


class IssueNotice(Command):
    clause = "2.1"
    child_id: UUID
    year: Year
    entry: Entry
    report_on: date


class Proof(BaseModel):
    """送达回证: who signed, who witnessed, by what receipt; recorded sealed, as one field."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
    receiver: Text | None = None
    relation: Text | None = None  # of the receiver to the guardian
    witnesses: tuple[Text, ...] = ()
    reason: Text | None = None
    through: Text | None = None  # the body that serves it for us
    receipt: Text | None = None  # number of the posting, or address and time of the electronic delivery
    published_in: Text | None = None
    slip: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$")] = None  # SHA-256 of the scanned slip

    def plain(self) -> str:
        """As it is sealed: JSON of what is given."""
        return self.model_dump_json(exclude_defaults=True)

    def given(self) -> frozenset[str]:
        return frozenset(name for name, value in self if value)


class ServeNotice(Command):
    """`served_on`: by public notice the day of its publication."""

    clause = "2.1"
    method: ServiceMethod
    served_on: date
    proof: Proof = Proof()


class ServeNotices(Command):
    """Many papers in the same way with the same proof: handed out by a village, posted with one list."""

    clause = "2.1"
    method: ServiceMethod
    served_on: date
    proof: Proof = Proof()
    notices: Many


class RecordNoticeRefusal(Command):
    clause = "MSF 89"
    refused_on: date
    reason: Text
    witnesses: tuple[Text, ...] = ()


class RecordUndeliverable(Command):
    clause = "MSF 95"
    method: ServiceMethod
    tried_on: date
    cause: Undelivered


class RevokeNotice(Command):
    clause = "2.1"
    ground: Revocation
    revoked_on: date


class ReissueNotice(Command):
    """Goes to the school of the child's placement as it is now."""

    clause = "2.1"
    ground: Reissue
    reissued_on: date
    report_on: date


class DeemNoticesServed(Command):
    """Every public notice whose thirty days are over before `day`."""

    clause = "MSF 95"
    day: date
