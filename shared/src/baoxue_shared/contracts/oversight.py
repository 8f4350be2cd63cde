"""What oversight publishes."""

from datetime import date, datetime
from uuid import UUID

from baoxue_shared.contracts.base import Contract


class _Oversight(Contract):
    service = "oversight"


class BulletinIssued(_Oversight):
    noun, participle = "bulletin", "issued"
    bulletin_id: UUID
    level: str  # city, county, township, central_school
    body: str  # division code or school id
    period: str  # "2025-09", "2025-autumn"
    figures_as_of: datetime
    issued_on: date


class FindingRaised(_Oversight):
    noun, participle = "finding", "raised"
    finding_id: UUID
    duty_id: str
    bearer: str
    concerns: str  # the duty's key, e.g. "school=…/semester=2025-autumn"
    raised_on: date
    persons: tuple[str, ...] = ()  # responsible at the time, as opaque subjects


class FindingAnswered(_Oversight):
    noun, participle = "finding", "answered"
    finding_id: UUID
    duty_id: str
    bearer: str
    answered_on: date
