"""The enrollment service, put together."""

from baoxue_shared.program import service_command
from baoxue_shared.service import Parts, World

from baoxue_enrollment.api import create_api
from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.deadlines import Deadlines
from baoxue_enrollment.publishing import PUBLISHED
from baoxue_enrollment.reactions import Reactions
from baoxue_enrollment.views import VIEWS


def build(world: World) -> Parts:
    enrollment = Enrollment(world.store, world.sealer, world.clock)
    return Parts(
        application=enrollment,
        api=create_api(enrollment, world),
        views=tuple(view() for view in VIEWS),
        published=PUBLISHED,
        reactions=Reactions(enrollment),
        deadlines=Deadlines(enrollment, world),
    )


main = service_command("enrollment", build)
