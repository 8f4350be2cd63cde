"""Paths of children who need a suitable form; whoever opens a group or form is in the read log first."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from baoxue_shared.history.application import AggregateNotFoundError
from baoxue_shared.sealed import Sealed
from baoxue_shared.service import World
from baoxue_shared.web import Reader
from baoxue_shared.web.paging import Listed, page
from fastapi import Query

from baoxue_enrollment.application import Enrollment
from baoxue_enrollment.views import special_children

Limit = Annotated[int, Query(ge=1, le=5000)]
Endpoint = tuple[str, Callable[..., Awaitable[Any]]]


def commands_on_special_children(enrollment: Enrollment) -> list[Endpoint]:
    """In the order in which the offices act."""
    return [
        ("/special-children", enrollment.find_special_child),
        ("/special-children/{child_id}/verifications", enrollment.verify_special_child),
        ("/special-children/{child_id}/applications", enrollment.apply_for_form),
        ("/special-children/{child_id}/recommendations", enrollment.recommend_form),
        ("/special-children/{child_id}/form", enrollment.decide_form),
        ("/special-children/{child_id}/enrolment", enrollment.enrol_special_child),
    ]


class SpecialQueries:
    """One method per question; its name is the operation of the permission table."""

    def __init__(self, world: World) -> None:
        self.world, self.store = world, world.store

    async def list_special_children(self, reader: Reader, after: str = "", limit: Limit = 1000) -> Listed:
        rows = await special_children.special_children_of(self.store, reader, after, limit)
        return page(rows, limit, "child_id")

    async def read_special_child(self, reader: Reader, child_id: UUID) -> Listed:
        row = await special_children.special_child_of(self.store, reader, str(child_id))
        if row is None:
            raise AggregateNotFoundError(id=child_id)
        await self.world.read_log.record(reader, child_id, "special-child")
        sealed = {name: row.pop(f"{name}_sealed") for name in ("group", "form")}
        opened = {
            name: await self.world.sealer.open(child_id, msgspec.json.decode(str(box), type=Sealed)) if box else None
            for name, box in sealed.items()
        }
        return {**row, **opened}

    def endpoints(self) -> Iterable[Endpoint]:
        return [
            ("/special-children", self.list_special_children),
            ("/special-children/{child_id}", self.read_special_child),
        ]
