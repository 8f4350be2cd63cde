"""What other services' facts mean for enrollment."""

from contextlib import suppress

from baoxue_shared.contracts.cases import ReturnedToSchool
from baoxue_shared.history.application import AggregateNotFoundError
from baoxue_shared.view import Heard, on

from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.commands import TakeBackPupil
from baoxue_enrollment.domain.pupil_record import AlreadyCheckedInError


class Reactions:
    """Each a sentence."""

    def __init__(self, enrollment: Enrollment) -> None:
        self.enrollment = enrollment

    @on(ReturnedToSchool)
    async def take_pupil_back_when_child_returned_to_school(self, returned: ReturnedToSchool, _: Heard) -> None:
        """Harmless for a child that is present already, or that has no pupil record here."""
        with suppress(AlreadyCheckedInError, AggregateNotFoundError):
            await self.enrollment.take_back_pupil(returned.child_id, TakeBackPupil(returned_on=returned.returned_on))
