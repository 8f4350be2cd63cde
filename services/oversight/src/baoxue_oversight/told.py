"""Oversight's own recorded events as the facts that it tells."""

from baoxue_shared.contracts import oversight as contracts
from baoxue_shared.messaging.publishing import Published, as_contract

from baoxue_oversight.domain.bulletin import Bulletin
from baoxue_oversight.domain.finding import Finding

TOLD: Published = {
    Bulletin.Issued: as_contract(contracts.BulletinIssued, "bulletin_id"),
    Finding.Raised: as_contract(contracts.FindingRaised, "finding_id"),
    Finding.Answered: as_contract(contracts.FindingAnswered, "finding_id"),
}
