"""Ids of things of which there is exactly one per child, county or township: made from random or public parts only."""

from uuid import UUID, uuid5

_ENROLLMENT = UUID("0f3c9f0e-6a54-4c3e-8d0b-7a4f2f6f9b11")


def one_per(what: str, *parts: object) -> UUID:
    """The only `what` of these parts, e.g. a child's random id and a year. Never give it personal data."""
    return uuid5(_ENROLLMENT, "/".join((what, *map(str, parts))))


def book_of(county: str, year: int) -> UUID:
    """A county's book of notice numbers of one year."""
    return one_per("notice-book", county, year)


def year_of(county: str, year: int) -> UUID:
    """A county's school year."""
    return one_per("school-year", county, year)


def plan_of(county: str, year: int) -> UUID:
    """A county's May plan of a year."""
    return one_per("enrollment-plan", county, year)
