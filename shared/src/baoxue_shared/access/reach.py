"""How far an actor's word reaches: the own area by whole code levels, or the own school."""

from typing import Any

from baoxue_shared.actor import Actor
from baoxue_shared.area import county_of, within
from baoxue_shared.errors import OutsideJurisdictionError

SCHOOL_ROLES = frozenset({"school", "teacher"})


def reaches(actor: Actor, area: str, school_id: object = None) -> bool:
    """Schools act on their own pupils wherever these live; everybody else inside the own area."""
    if actor.role in SCHOOL_ROLES:
        return school_id is not None and str(school_id) == actor.organisation
    return within(actor.jurisdiction, area)


def check_reach(actor: Actor, aggregate: Any) -> None:  # noqa: ANN401 - any aggregate that has an area
    """OutsideJurisdictionError if the aggregate lies outside the actor's reach; it tells the county, no village."""
    if not reaches(actor, aggregate.area, getattr(aggregate, "school_id", None)):
        raise OutsideJurisdictionError(area=county_of(aggregate.area))
