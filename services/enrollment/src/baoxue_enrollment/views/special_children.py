"""Children who need a suitable form: who verified them when, whether the form is decided; the rest stays sealed."""
# ruff: noqa: ISC004 - a table definition stands over several lines

import msgspec
from baoxue_shared.actor import Actor
from baoxue_shared.history.store import Record, Store
from baoxue_shared.history.unit import Statement
from baoxue_shared.privacy.erasure import Erasure
from baoxue_shared.query import ask
from baoxue_shared.view import Heard, View, on, sql

from baoxue_enrollment.domain.special_child import SpecialChild


class SpecialChildren(View):
    name = "special_children"
    tables = (
        "create table if not exists special_list (child_id text primary key, area text not null,"
        " found_on text not null,"
        " county_education_on text, disabled_federation_on text, justice_on text, recommended_on text, decided_on text,"
        " decided_for text, group_sealed text not null, form_sealed text, erased_at text)",
    )

    @on(SpecialChild.Found)
    def found(self, e: SpecialChild.Found, _: Heard) -> Statement:
        return sql(
            "insert into special_list (child_id, area, found_on, group_sealed) values (:child, :area, :day, :group)"
            " on conflict do nothing",
            child=str(e.child_id),
            area=e.area,
            day=e.found_on.isoformat(),
            group=msgspec.json.encode(e.group).decode(),
        )

    @on(SpecialChild.Verified)
    def verified(self, e: SpecialChild.Verified, _: Heard) -> Statement:
        change = f"update special_list set {e.office}_on = :day where child_id = :child"
        return sql(change, day=e.verified_on.isoformat(), child=str(e.child_id))

    @on(SpecialChild.FormRecommended)
    def recommended(self, e: SpecialChild.FormRecommended, _: Heard) -> Statement:
        change = "update special_list set recommended_on = :day where child_id = :child"
        return sql(change, day=e.recommended_on.isoformat(), child=str(e.child_id))

    @on(SpecialChild.FormDecided)
    def decided(self, e: SpecialChild.FormDecided, _: Heard) -> Statement:
        return sql(
            "update special_list set decided_on = :day, decided_for = :school, form_sealed = :form"
            " where child_id = :child",
            day=e.decided_on.isoformat(),
            school=str(e.school_id),
            form=msgspec.json.encode(e.form).decode(),
            child=str(e.child_id),
        )

    @on(Erasure.KeysDestroyed)
    def erased(self, e: Erasure.KeysDestroyed, heard: Heard) -> Statement:
        change = "update special_list set erased_at = :at where child_id = :child"
        return sql(change, at=heard.recorded_at.isoformat(), child=str(e.child_id))


_SPECIAL = (
    "select * from (select s.*, case when p.child_id is not null then 'on-register' when s.decided_on is not null"
    " then 'to-enrol' when s.county_education_on is null or s.disabled_federation_on is null or s.justice_on is null"
    " then 'to-verify' else 'to-place' end as state from special_list s"
    " left join pupil_list p on p.child_id = s.child_id) q where {scope}"
)


async def special_children_of(store: Store, reader: Actor, after: str, limit: int) -> list[Record]:
    """`state`: what is still to do; the group and the form are not in it."""
    found = await ask(
        store, reader, f"{_SPECIAL} and child_id > :after order by child_id limit :limit", after=after, limit=limit
    )
    return [{name: value for name, value in row.items() if not name.endswith("_sealed")} for row in found]


async def special_child_of(store: Store, reader: Actor, child_id: str) -> Record | None:
    """Still sealed."""
    found = await ask(store, reader, f"{_SPECIAL} and child_id = :child", child=child_id)
    return found[0] if found else None
