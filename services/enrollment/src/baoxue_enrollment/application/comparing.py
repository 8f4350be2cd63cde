"""Two registers compared by DuckDB on keyed columns: joins, classes, counts; in bounded memory, spilling to disk."""

import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, NamedTuple, cast

import duckdb
import pyarrow as pa

from baoxue_enrollment.domain.reconciliation import Kind
from baoxue_enrollment.domain.register_difference import Outcome

MEMORY = "512MB"
SCHEMA = pa.schema(
    [
        ("file", pa.int32()),
        ("row", pa.int32()),
        ("key", pa.string()),  # of the ID number; else of name and birth date
        ("alias", pa.string()),  # of name and birth date, where both are told
        ("area", pa.string()),
        ("school", pa.string()),
        ("entry", pa.int32()),  # year of entry to grade 1; 0 unknown
        ("there", pa.bool_()),  # attended at least one day
    ]
)
Side = Literal["left", "right"]


Keyed = tuple[int, int, str, str | None, str | None, str | None, int, bool]


def batch_of(rows: Sequence[Keyed]) -> pa.RecordBatch:
    """At least one row."""
    columns = zip(zip(*rows, strict=True), SCHEMA, strict=True)
    return pa.RecordBatch.from_arrays([pa.array(column, field.type) for column, field in columns], schema=SCHEMA)


class Differing(NamedTuple):
    """A person whom the registers tell differently; `left`, `right`: file and row of each."""

    outcome: Outcome
    key: str
    area: str | None
    school: str | None
    left: str
    right: str


# one row per person and side: of a person told twice the first row, and how many schools tell it
_PERSONS = """
create table {side}_persons as
select key, min(alias) as alias, arg_min(area, (file, row)) as area, arg_min(school, (file, row)) as school,
 max(entry) as entry, bool_or(there) as there,
 arg_min(file || ':' || row, (file, row)) as place,
 count(distinct school) filter (where there) as schools,
 min(school) filter (where there) as first_school, max(school) filter (where there) as last_school
from {side}_rows group by key
"""
# the same name and birth date on both sides, and only once on each, under different numbers: a person decides
_CANDIDATES = """
create table candidates as
with l as (select alias, any_value(key) as key from left_persons where alias is not null
  and not exists (select 1 from right_persons r where r.key = left_persons.key) group by alias having count(*) = 1),
r as (select alias, any_value(key) as key from right_persons where alias is not null
  and not exists (select 1 from left_persons l where l.key = right_persons.key) group by alias having count(*) = 1)
select l.key as left_key, r.key as right_key from l join r using (alias)
"""
_JOINED = """
create table joined as
select coalesce(l.key, r.key) as key, l.area as area, l.school as left_school, r.school as right_school,
 coalesce(l.place, '') as left_place, coalesce(r.place, '') as right_place, l.key is not null as on_left,
 r.key is not null as on_right, coalesce(l.entry, r.entry) as entry, coalesce(r.there, false) as there,
 coalesce(r.schools, 0) as schools, r.first_school, r.last_school
from left_persons l full join right_persons r using (key)
where coalesce(l.key, '') not in (select left_key from candidates)
 and coalesce(r.key, '') not in (select right_key from candidates)
union all
select l.key, coalesce(l.area, r.area), l.school, r.school, l.place, r.place, true, true, -1, true, 1, null, null
from candidates c join left_persons l on l.key = c.left_key join right_persons r on r.key = c.right_key
"""
_OF_AGE = "entry between {year} - 8 and {year}"
_CLASSES: dict[Kind, str] = {
    "household_pupil": f"""case
 when entry = -1 then 'candidate'
 when on_left and on_right and schools > 1 then 'twice-on-pupil-register'
 when on_left and on_right then 'matched'
 when on_left and {_OF_AGE} then 'not-on-pupil-register'
 when on_left then 'not-of-age' else 'not-on-household-register' end""",
    "pupil_attendance": """case
 when entry = -1 then 'candidate'
 when on_right and schools > 1 then 'at-two-schools'
 when on_left and there and right_school <> left_school then 'taught-elsewhere'
 when on_left and there then 'matched'
 when on_left then 'on-register-not-at-school' else 'at-school-not-on-register' end""",
    "dropout_poor": f"""case
 when entry = -1 then 'candidate'
 when on_left and on_right then 'poor-dropout'
 when on_left then 'dropout-not-poor'
 when {_OF_AGE} then 'poor-of-age' else 'not-of-age' end""",
}
NO_DIFFERENCE = ("matched", "not-of-age", "dropout-not-poor", "poor-of-age")


class Comparison:
    """One comparison; rows go in side by side, then `classify`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._db = connection
        for side in ("left", "right"):
            self._db.register("empty", pa.Table.from_batches([], SCHEMA))
            self._db.execute(f"create table {side}_rows as select * from empty")

    def take(self, side: Side, batch: pa.RecordBatch) -> None:
        self._db.register("batch", batch)
        self._db.execute(f"insert into {side}_rows select * from batch")
        self._db.unregister("batch")

    def take_rows(self, side: Side, rows: Sequence[Keyed]) -> None:
        self.take(side, batch_of(rows))

    def classify(self, kind: Kind, year: int) -> dict[str, int]:
        """Persons by outcome class; `year`: the school year that has begun."""
        for side in ("left", "right"):
            self._db.execute(_PERSONS.format(side=side))
            self._db.execute(f"drop table {side}_rows")
        self._db.execute(_CANDIDATES)
        self._db.execute(_JOINED)
        self._db.execute(f"create table classed as select {_CLASSES[kind].format(year=year)} as outcome, * from joined")
        found = self._db.execute("select outcome, count(*) from classed group by outcome order by outcome").fetchall()
        return {str(outcome): int(count) for outcome, count in found}

    def differences(self) -> Iterator[Differing]:
        """In the order of the registers' rows: the same inputs give the same order."""
        found = self._db.execute(
            "select outcome, key, area, coalesce(left_school, right_school), left_place, right_place from classed"
            f" where outcome not in {NO_DIFFERENCE} order by outcome, left_place, right_place, key"
        )
        while rows := found.fetchmany(5000):
            for outcome, *rest in rows:
                yield Differing(cast("Outcome", outcome), *rest)

    def present(self, side: Side, keys: Collection[str]) -> set[str]:
        """Which of these keys a side has."""
        self._db.register("asked", pa.table({"key": pa.array(keys, pa.string())}))
        found = self._db.execute(f"select distinct key from {side}_rows semi join asked using (key)").fetchall()
        return {str(key) for (key,) in found}

    def keys_of(self, outcome: str) -> list[tuple[str, str | None, str]]:
        """Key, area and right place of every person of a class."""
        return self._db.execute(
            "select key, area, right_place from classed where outcome = ? order by right_place, key", [outcome]
        ).fetchall()


@contextmanager
def comparing() -> Iterator[Comparison]:
    """In memory up to MEMORY; what is more lies in a folder that goes with it."""
    with tempfile.TemporaryDirectory() as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "temp_directory": folder,
            "preserve_insertion_order": "false",
        }
        with duckdb.connect(":memory:", config=config) as connection:
            yield Comparison(connection)
