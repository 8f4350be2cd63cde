"""Which cases there are, in which state, whose."""

from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_cases.domain.dropout_case import DropoutCase

_STATES = {
    DropoutCase.CauseVerified: "verifying",
    DropoutCase.PersuasionConcluded: "persuading",
    DropoutCase.WrittenReportDelivered: "report_sent",
    DropoutCase.ReturnedToSchool: "returned",
    DropoutCase.Closed: "closed",
}


class CaseList(View):
    """辍学个案, as a list."""

    name = "case_list"
    tables = (
        (
            "create table if not exists case_list ("
            "case_id text primary key, child_id text not null, school_id text not null, area text not null,"
            " state text not null, source text not null, cause text, responsible text, outcome text,"
            " opened_on text not null, version integer not null)"
        ),
    )

    @on(DropoutCase.Opened)
    def opened(self, opened: DropoutCase.Opened, heard: Heard) -> Statement:
        return sql(
            "insert into case_list (case_id, child_id, school_id, area, state, source, opened_on, version)"
            " values (:case_id, :child_id, :school_id, :area, 'open', :source, :opened_on, 1)",
            case_id=heard.originator_id,
            child_id=str(opened.child_id),
            school_id=str(opened.school_id),
            area=opened.area,
            source=opened.source,
            opened_on=opened.opened_on.isoformat(),
        )

    @on(DropoutCase.ContactAttempted, DropoutCase.HomeVisited, DropoutCase.OpenedInError, *_STATES)
    def moved(self, event: DropoutCase.Event, heard: Heard) -> Statement:
        return sql(
            "update case_list set version = :version, state = coalesce(:state, state),"
            " cause = coalesce(:cause, cause), outcome = coalesce(:outcome, outcome) where case_id = :case_id",
            case_id=heard.originator_id,
            version=event.originator_version,
            state=_STATES.get(type(event)),
            cause=getattr(event, "cause", None),
            outcome=event.outcome if isinstance(event, DropoutCase.Closed) else None,
        )

    @on(DropoutCase.ResponsibleAssigned, DropoutCase.ResponsibleReleased)
    def responsible(self, event: DropoutCase.Event, heard: Heard) -> Statement:
        return sql(
            "update case_list set version = :version, responsible = :person where case_id = :case_id",
            case_id=heard.originator_id,
            version=event.originator_version,
            person=event.person if isinstance(event, DropoutCase.ResponsibleAssigned) else None,
        )


async def cases_of(store: Store, reader: Actor, state: str, after: str, limit: int) -> list[Record]:
    """A page of cases inside the reader's reach, by id after the cursor."""
    return await ask(
        store,
        reader,
        "select * from case_list where {scope} and (:state = '' or state = :state) and case_id > :after"
        " and school_id is not null order by case_id limit :limit",
        state=state,
        after=after,
        limit=limit,
    )


async def case_of(store: Store, reader: Actor, case_id: str) -> Record | None:
    """One case, if it is inside the reader's reach."""
    found = await ask(
        store,
        reader,
        "select * from case_list where {scope} and case_id = :case_id and school_id is not null",
        case_id=case_id,
    )
    return found[0] if found else None
