"""Oversight's own recorded events as the facts that it tells."""

from uuid import UUID

from baoxue_shared.contracts import oversight as contracts
from baoxue_shared.contracts.base import Contract
from baoxue_shared.messaging.relay import Published
from baoxue_shared.view import Heard

from baoxue_oversight.domain.bulletin import Bulletin
from baoxue_oversight.domain.finding import Finding


def bulletin_issued(event: Bulletin.Issued, heard: Heard) -> Contract:
    return contracts.BulletinIssued(
        area=event.area,
        bulletin_id=UUID(heard.originator_id),
        level=event.level,
        body=event.body,
        period=event.period,
        figures_as_of=event.figures_as_of,
        issued_on=event.issued_on,
    )


def finding_raised(event: Finding.Raised, heard: Heard) -> Contract:
    return contracts.FindingRaised(
        area=event.area,
        finding_id=UUID(heard.originator_id),
        duty_id=event.duty_id,
        bearer=event.bearer,
        concerns=event.concerns,
        raised_on=event.raised_on,
    )


def finding_answered(event: Finding.Answered, heard: Heard) -> Contract:
    return contracts.FindingAnswered(
        area=event.area,
        finding_id=UUID(heard.originator_id),
        duty_id=event.duty_id,
        bearer=event.bearer,
        answered_on=event.answered_on,
    )


TOLD: Published = {
    Bulletin.Issued: bulletin_issued,
    Finding.Raised: finding_raised,
    Finding.Answered: finding_answered,
}
