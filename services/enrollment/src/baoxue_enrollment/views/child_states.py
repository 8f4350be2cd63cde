"""What became of children: their changes, special groups, absences, inquiries, and pairs that may be one."""
# ruff: noqa: ISC004 - a table definition stands over several lines

from datetime import UTC, datetime, time, timedelta

import msgspec
from baoxue_shared.actor import Actor
from baoxue_shared.clock import SHANGHAI
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.query import ask
from baoxue_shared.sealed import Sealed
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.child import Child
from baoxue_enrollment.domain.duplicate_candidate import DuplicateCandidate
from baoxue_enrollment.domain.lives_elsewhere import LivesElsewhere


class ChildStates(View):
    """`absence_list`: from when until when a child is not asked for here, and why."""

    name = "child_states"
    tables = (
        "create table if not exists absence_list (child_id text not null, kind text not null, from_at text not null,"
        " until_at text, primary key (child_id, kind, from_at))",
        "create table if not exists change_list (child_id text not null, position integer not null, area text not null,"
        " kind text not null, day text not null, detail text not null, recorded_at text not null,"
        " primary key (child_id, position))",
        "create table if not exists group_list (flag_id text primary key, child_id text not null, area text not null,"
        " facts text not null, from_on text not null, until_on text, cleared_on text)",
        "create table if not exists inquiry_list (inquiry_id text primary key, child_id text not null,"
        " area text not null, addressee text not null, number text not null, on_paper integer not null,"
        " sent_on text not null, answer text, answered_on text)",
        "create table if not exists duplicate_list (pair_id text primary key, area text not null,"
        " first text not null, second text not null, reason text not null, proposed_at text not null,"
        " kept text, decided_as text, decided_on text)",
        "create index if not exists group_list_by_child on group_list (child_id)",
        "create index if not exists inquiry_list_by_child on inquiry_list (child_id)",
    )

    @on(Child.IdentityCorrected)
    def corrected(self, e: Child.IdentityCorrected, heard: Heard) -> Statement:
        detail = f"{e.ground}: {', '.join(e.changed)}"
        return _changed(heard, heard.originator_id, e.area, "identity-corrected", e.noted_on.isoformat(), detail)

    @on(Child.IdentityProblemFound)
    def problem_found(self, e: Child.IdentityProblemFound, heard: Heard) -> Statement:
        return _changed(heard, heard.originator_id, e.area, "identity-problem", e.found_on.isoformat(), e.problem)

    @on(Child.GuardianChanged)
    def guardian_changed(self, e: Child.GuardianChanged, heard: Heard) -> Statement:
        return _changed(heard, heard.originator_id, e.area, "guardian-changed", e.from_on.isoformat(), e.role)

    @on(Child.GroupFlagSet)
    def group_set(self, e: Child.GroupFlagSet, heard: Heard) -> Statement:
        return sql(
            "insert into group_list (flag_id, child_id, area, facts, from_on, until_on)"
            " values (:flag, :child, :area, :facts, :day, :until) on conflict do nothing",
            flag=str(e.flag_id),
            child=heard.originator_id,
            area=e.area,
            facts=msgspec.json.encode({"group": e.group, "source": e.source}).decode(),
            day=e.from_on.isoformat(),
            until=e.until_on.isoformat() if e.until_on else None,
        )

    @on(Child.GroupFlagCleared)
    def group_cleared(self, e: Child.GroupFlagCleared, _: Heard) -> Statement:
        change = "update group_list set cleared_on = :day where flag_id = :flag"
        return sql(change, day=e.cleared_on.isoformat(), flag=str(e.flag_id))

    @on(Child.MovedAway)
    def moved_away(self, e: Child.MovedAway, heard: Heard) -> list[Statement]:
        child, day = heard.originator_id, e.moved_on.isoformat()
        return [_away(heard, child, "moved-away"), _changed(heard, child, e.area, "moved-away", day)]

    @on(Child.MovedIn)
    def moved_in(self, e: Child.MovedIn, heard: Heard) -> list[Statement]:
        child, day = heard.originator_id, e.moved_on.isoformat()
        return [_back(heard, child, "moved-away"), _changed(heard, child, e.area, "moved-in", day)]

    @on(Child.DeferralApproved)
    def deferred(self, e: Child.DeferralApproved, heard: Heard) -> list[Statement]:
        """Until the end of its last day; then the child is due again."""
        child, day = heard.originator_id, e.from_on.isoformat()
        over = e.until_on and datetime.combine(e.until_on + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
        away = sql(
            "insert into absence_list (child_id, kind, from_at, until_at) values (:child, 'deferred', :at, :until)"
            " on conflict do nothing",
            child=child,
            at=heard.recorded_at.isoformat(),
            until=over.isoformat() if over else None,
        )
        end = e.until_on.isoformat() if e.until_on else "—"
        return [away, _changed(heard, child, e.area, "deferred", day, f"{e.approver}: {end}")]

    @on(Child.PlaceRestored)
    def place_restored(self, e: Child.PlaceRestored, heard: Heard) -> Statement:
        return _changed(heard, heard.originator_id, e.area, "place-restored", e.restored_on.isoformat())

    @on(Child.Died)
    def died(self, e: Child.Died, heard: Heard) -> list[Statement]:
        child, day = heard.originator_id, e.died_on.isoformat()
        return [_away(heard, child, "died"), _changed(heard, child, e.area, "died", day)]

    @on(LivesElsewhere.Recorded, LivesElsewhere.RecordedAgain)
    def elsewhere(self, e: LivesElsewhere.Recorded | LivesElsewhere.RecordedAgain, heard: Heard) -> list[Statement]:
        child, day = str(e.child_id), e.since_on.isoformat()
        return [_back(heard, child, "elsewhere"), _changed(heard, child, e.area, "lives-elsewhere", day, "unproven")]

    @on(LivesElsewhere.Proven)
    def proven(self, e: LivesElsewhere.Proven, heard: Heard) -> list[Statement]:
        child, day = str(e.child_id), e.proven_on.isoformat()
        return [_away(heard, child, "elsewhere"), _changed(heard, child, e.area, "lives-elsewhere", day, e.proof)]

    @on(LivesElsewhere.Ended)
    def ended(self, e: LivesElsewhere.Ended, heard: Heard) -> list[Statement]:
        child, day = str(e.child_id), e.ended_on.isoformat()
        return [_back(heard, child, "elsewhere"), _changed(heard, child, e.area, "lives-here-again", day)]

    @on(LivesElsewhere.InquirySent)
    def inquired(self, e: LivesElsewhere.InquirySent, _: Heard) -> Statement:
        return sql(
            "insert into inquiry_list (inquiry_id, child_id, area, addressee, number, on_paper, sent_on)"
            " values (:id, :child, :area, :addressee, :number, :paper, :day) on conflict do nothing",
            id=str(e.inquiry_id),
            child=str(e.child_id),
            area=e.area,
            addressee=e.to,
            number=e.number,
            paper=int(e.on_paper),
            day=e.sent_on.isoformat(),
        )

    @on(LivesElsewhere.InquiryAnswered)
    def answered(self, e: LivesElsewhere.InquiryAnswered, _: Heard) -> Statement:
        change = "update inquiry_list set answer = :answer, answered_on = :day where inquiry_id = :id"
        return sql(change, answer=e.answer, day=e.answered_on.isoformat(), id=str(e.inquiry_id))

    @on(DuplicateCandidate.Proposed)
    def proposed(self, e: DuplicateCandidate.Proposed, heard: Heard) -> Statement:
        return sql(
            "insert into duplicate_list (pair_id, area, first, second, reason, proposed_at)"
            " values (:id, :area, :first, :second, :reason, :at) on conflict do nothing",
            id=heard.originator_id,
            area=e.area,
            first=str(e.first),
            second=str(e.second),
            reason=e.reason,
            at=heard.recorded_at.isoformat(),
        )

    @on(DuplicateCandidate.Merged)
    def merged(self, e: DuplicateCandidate.Merged, heard: Heard) -> list[Statement]:
        kept, merged, kind = str(e.kept), str(e.merged), f"merged/{heard.originator_id}"
        decided = _decided(heard, "merged", e.decided_on.isoformat(), kept)
        return [_back(heard, kept, kind), _away(heard, merged, kind), decided]

    @on(DuplicateCandidate.Separated)
    def separated(self, e: DuplicateCandidate.Separated, heard: Heard) -> list[Statement]:
        back = [_back(heard, str(child), f"merged/{heard.originator_id}") for child in (e.first, e.second)]
        return [*back, _decided(heard, "separated", e.decided_on.isoformat(), None)]


def _away(heard: Heard, child_id: str, kind: str) -> Statement:
    insert = "insert into absence_list (child_id, kind, from_at) values (:child, :kind, :at) on conflict do nothing"
    return sql(insert, child=child_id, kind=kind, at=heard.recorded_at.isoformat())


def _back(heard: Heard, child_id: str, kind: str) -> Statement:
    end = "update absence_list set until_at = :at where child_id = :child and kind = :kind and until_at is null"
    return sql(end, child=child_id, kind=kind, at=heard.recorded_at.isoformat())


def _decided(heard: Heard, how: str, day: str, kept: str | None) -> Statement:
    change = "update duplicate_list set decided_as = :how, decided_on = :day, kept = :kept where pair_id = :id"
    return sql(change, how=how, day=day, kept=kept, id=heard.originator_id)


def _changed(heard: Heard, child_id: str, area: str, kind: str, day: str, detail: str = "") -> Statement:  # noqa: PLR0913, PLR0917
    return sql(
        "insert into change_list values (:child, :position, :area, :kind, :day, :detail, :at) on conflict do nothing",
        child=child_id,
        position=heard.position,
        area=area,
        kind=kind,
        day=day,
        detail=detail,
        at=heard.recorded_at.isoformat(),
    )


class GroupFacts(msgspec.Struct):
    """Still sealed."""

    group: Sealed
    source: Sealed


async def changes_of(store: Store, child_id: str) -> dict[str, list[Record]]:
    """Of a child that the reader may see: changes, special groups (sealed), inquiries, absences."""
    params = {"child": child_id}
    ordered = {
        "changes": "select kind, day, detail, recorded_at from change_list where child_id = :child order by position",
        "groups": "select flag_id, facts, from_on, until_on, cleared_on from group_list where child_id = :child"
        " order by from_on, flag_id",
        "inquiries": "select inquiry_id, addressee, number, on_paper, sent_on, answer, answered_on from inquiry_list"
        " where child_id = :child order by sent_on, inquiry_id",
        "absences": "select kind, from_at, until_at from absence_list where child_id = :child order by from_at",
    }
    return {name: await store.fetch(text, params) for name, text in ordered.items()}


async def duplicates_of(store: Store, reader: Actor, after: str, limit: int) -> list[Record]:
    """Pairs of the reader's area, decided or not."""
    return await ask(
        store,
        reader,
        "select * from duplicate_list where {scope} and pair_id > :after order by pair_id limit :limit",
        after=after,
        limit=limit,
    )
