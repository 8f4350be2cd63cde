"""The composition root of the oversight service."""

from baoxue_shared.program import service_command
from baoxue_shared.service import Parts, World

from baoxue_oversight.api import create_api
from baoxue_oversight.application import Oversight
from baoxue_oversight.deadlines import Deadlines
from baoxue_oversight.ledger import Ledger
from baoxue_oversight.publishing import PUBLISHED
from baoxue_oversight.reactions import Reactions
from baoxue_oversight.views.ledger import LedgerView
from baoxue_oversight.views.papers import Papers


def build(world: World) -> Parts:
    """What oversight is made of."""
    oversight = Oversight(world.store, world.sealer, world.clock)
    oversight.ledger = Ledger(world.store)
    return Parts(
        application=oversight,
        api=create_api(oversight, world),
        views=(LedgerView(), Papers()),
        published=PUBLISHED,
        reactions=Reactions(oversight),
        deadlines=Deadlines(oversight, world),
    )


main = service_command("oversight", build)
