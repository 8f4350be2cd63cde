"""The whole of it: two springs, two openings of a semester, and all that follows from them."""

from datetime import timedelta

from baoxue_deploy.simulation.agenda import Act
from baoxue_deploy.simulation.breaches import Breaches
from baoxue_deploy.simulation.bulletins import Bulletins
from baoxue_deploy.simulation.calendar import SEMESTERS, SemesterDays
from baoxue_deploy.simulation.checks import Checks
from baoxue_deploy.simulation.comparing import Comparing
from baoxue_deploy.simulation.help import Help
from baoxue_deploy.simulation.play import Play
from baoxue_deploy.simulation.semester import Opening
from baoxue_deploy.simulation.special import SpecialChildren
from baoxue_deploy.simulation.spring import Spring
from baoxue_deploy.simulation.stories import Stories


def enter_everything(play: Play) -> Stories:
    """Into the agenda; an opening when its school year has an id."""
    first, second = Spring(play, 2025), Spring(play, 2026)
    first.enter()
    second.enter()
    Breaches(play).enter()
    SpecialChildren(play).enter()
    stories = Stories(play)
    Help(play).enter()
    Bulletins(play).enter()
    checks = Checks(play, stories)
    checks.enter()
    Comparing(play, checks).enter()
    for days in SEMESTERS:
        play.agenda.on(days.opens_on - timedelta(days=1), "county", _opening(first, days, stories))
    return stories


def _opening(spring: Spring, days: SemesterDays, stories: Stories) -> Act:
    async def enter() -> None:
        Opening(spring.play, days, spring.year_id, stories).enter()

    return enter
