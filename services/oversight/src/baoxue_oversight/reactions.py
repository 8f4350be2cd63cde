"""What oversight does when another service says something."""

from contextlib import suppress

from baoxue_shared.contracts.enrollment import ChildErased
from baoxue_shared.privacy.sealer import ErasedChildError
from baoxue_shared.view import Heard, on

from baoxue_oversight.application import Oversight


class Reactions:
    """Each a sentence."""

    def __init__(self, oversight: Oversight) -> None:
        self._oversight = oversight

    @on(ChildErased)
    async def erase_child_when_enrollment_erased_it(self, erased: ChildErased, _: Heard) -> None:
        with suppress(ErasedChildError):
            await self._oversight.erase_child(erased.child_id, erased.area)
