"""One open case per child, whoever opens it and however many at once."""

from uuid import UUID, uuid5

from baoxue_shared.audited import AggregateCreated, Audited, event
from baoxue_shared.errors import RefusalError

_DOCKETS = UUID("5b1f6a52-6f0e-4a86-9f3a-0d7f2a6a3c11")


class ChildHasOpenCaseError(RefusalError):
    """A second case was to be opened for a child that has an open one."""


def docket_of(child_id: UUID) -> UUID:
    """The docket's id follows from the child's random one, so that two writers meet at its version."""
    return uuid5(_DOCKETS, child_id.hex)


class Docket(Audited):
    """个案登记: the dropout cases of one child, at most one of them open."""

    TOPIC = "cases.Docket"

    class Begun(Audited.Event, AggregateCreated):
        TOPIC = "cases.Docket.Begun"
        child_id: UUID
        area: str

    @event(Begun)
    def __init__(self, id: UUID, child_id: UUID, area: str) -> None:
        self._id, self.child_id, self.area = id, child_id, area
        self.open_case: UUID | None = None
        self.school_id: UUID | None = None

    class CaseFiled(Audited.Event):
        TOPIC = "cases.Docket.CaseFiled"
        case_id: UUID
        school_id: UUID

    def file(self, case_id: UUID, school_id: UUID) -> None:
        """ChildHasOpenCaseError."""
        if self.open_case is not None:
            raise ChildHasOpenCaseError(case_id=self.open_case, available=("read_case",))
        self._filed(case_id, school_id)

    @event(CaseFiled)
    def _filed(self, case_id: UUID, school_id: UUID) -> None:
        self.open_case, self.school_id = case_id, school_id

    class CaseSettled(Audited.Event):
        TOPIC = "cases.Docket.CaseSettled"
        case_id: UUID

    def settle(self, case_id: UUID) -> None:
        if self.open_case == case_id:
            self._settled(case_id)

    @event(CaseSettled)
    def _settled(self, case_id: UUID) -> None:
        self.open_case = None
