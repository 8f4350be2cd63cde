"""The composition root of the cases service."""

from baoxue_shared.program import service_command
from baoxue_shared.service import Parts, World

from baoxue_cases.api import create_api
from baoxue_cases.application import Cases
from baoxue_cases.publishing import PUBLISHED
from baoxue_cases.reactions import Reactions
from baoxue_cases.views.case_list import CaseList
from baoxue_cases.views.roll_calls import RollCallList


def build(world: World) -> Parts:
    """What cases is made of."""
    cases = Cases(world.store, world.sealer, world.clock)
    return Parts(
        application=cases,
        api=create_api(cases, world),
        views=(CaseList(), RollCallList()),
        published=PUBLISHED,
        reactions=Reactions(cases),
    )


main = service_command("cases", build)
