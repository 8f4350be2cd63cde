"""What enrollment publishes of the county's bodies: villages' committees, classes, emergencies."""

from datetime import date
from uuid import UUID

from baoxue_shared.contracts.enrollment.base import Enrollment


class VillageCommitteeRecorded(Enrollment):
    noun, participle = "village-committee", "recorded"
    committee_id: UUID
    recorded_on: date  # area: the village


class VillageCommitteeDissolved(Enrollment):
    noun, participle = "village-committee", "dissolved"
    committee_id: UUID
    dissolved_on: date  # area: the village


class ClassFormed(Enrollment):
    noun, participle = "class", "formed"
    class_id: UUID
    school_id: UUID
    grade: int
    year: int
    number: int
    formed_on: date


class ClassDissolved(Enrollment):
    noun, participle = "class", "dissolved"
    class_id: UUID
    school_id: UUID
    dissolved_on: date


class EmergencyDeclared(Enrollment):
    noun, participle = "emergency", "declared"
    emergency_id: UUID
    declared_on: date


class EmergencyEnded(Enrollment):
    noun, participle = "emergency", "ended"
    emergency_id: UUID
    ended_on: date
