"""The composition root of the aid service."""

from baoxue_shared.program import service_command
from baoxue_shared.service import Parts, World

from baoxue_aid.api import create_api
from baoxue_aid.application import Aid
from baoxue_aid.publishing import PUBLISHED
from baoxue_aid.reactions import Reactions
from baoxue_aid.views.plans import PlanList


def build(world: World) -> Parts:
    """What aid is made of."""
    aid = Aid(world.store, world.sealer, world.clock)
    return Parts(
        application=aid,
        api=create_api(aid, world),
        views=(PlanList(),),
        published=PUBLISHED,
        reactions=Reactions(aid),
    )


main = service_command("aid", build)
