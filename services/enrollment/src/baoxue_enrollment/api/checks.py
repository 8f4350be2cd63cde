"""Paths of the checks of the register against who is there, and their questions."""

from collections.abc import Iterable
from typing import Annotated

from baoxue_shared.service import World
from baoxue_shared.web import Reader
from baoxue_shared.web.paging import Limit, Listed, page
from fastapi import Query

from baoxue_enrollment.api.queries import Endpoint
from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.views import presence

Month = Annotated[str, Query(max_length=7, description="2025-09")]


class Checks:
    """One method per question."""

    def __init__(self, enrollment: Enrollment, world: World) -> None:
        self._enrollment, self._store = enrollment, world.store

    async def list_register_checks(self, reader: Reader, month: Month, after: str = "", limit: Limit = 200) -> Listed:
        """Schools that told who is absent in the month; who is missing here has told nothing."""
        return page(await presence.checks_of(self._store, reader, month, after, limit), limit, "school_id")

    async def list_register_absences(self, reader: Reader, month: Month, after: str = "", limit: Limit = 200) -> Listed:
        return page(await presence.absentees_of(self._store, reader, month, after, limit), limit, "key")

    async def list_phantom_pupils(self, reader: Reader, after: str = "", limit: Limit = 200) -> Listed:
        return page(await presence.phantoms_of(self._store, reader, after, limit), limit, "key")

    def commands(self) -> Iterable[Endpoint]:
        enrollment = self._enrollment
        return [
            ("/register-checks", enrollment.list_register_absentees),
            ("/register-checks/absences", enrollment.verify_register_absence),
            ("/pupils/{child_id}/phantom", enrollment.find_phantom_pupil),
            ("/pupils/{child_id}/phantom/teaching", enrollment.record_taught_in_fact),
            ("/pupils/{child_id}/correction", enrollment.correct_pupil_record),
            ("/phantom-checks", enrollment.close_phantom_check),
        ]

    def queries(self) -> Iterable[Endpoint]:
        return [
            ("/register-checks", self.list_register_checks),
            ("/register-checks/absentees", self.list_register_absences),
            ("/phantom-pupils", self.list_phantom_pupils),
        ]
