"""The frozen row format of a service's history on SQLite, and the tables beside it."""

FORMAT = 1  # recorded in each database; a reader of another format says so instead of guessing
FIRST_EPOCH = 1

EVENTS = """
create table if not exists {service}_events (
  position integer primary key autoincrement,
  epoch integer not null,
  originator_id text not null,
  originator_version integer not null,
  topic text not null,
  recorded_at text not null,
  actor text not null,
  jurisdiction text not null,
  state blob not null,
  unique (originator_id, originator_version)
);
create table if not exists {service}_requests (
  request_id text primary key,
  digest text not null,
  originator_id text not null,
  originator_version integer not null,
  answer text
) without rowid;
create table if not exists {service}_positions (
  reader text not null,
  publisher text not null,
  epoch integer not null,
  position integer not null,
  stream_sequence integer not null,
  primary key (reader, publisher)
) without rowid;
create table if not exists {service}_parked (
  reader text not null,
  publisher text not null,
  position integer not null,
  parked_key text not null,
  message text not null,
  error text not null,
  parked_at text not null,
  epoch integer not null default 1,
  primary key (reader, publisher, epoch, position)
) without rowid;
create table if not exists {service}_read_log (
  entry integer primary key autoincrement,
  at text not null,
  subject text not null,
  role text not null,
  organisation text not null,
  jurisdiction text not null,
  child_id text not null,
  what text not null,
  request_id text not null
);
create table if not exists {service}_tiles (
  epoch integer not null,
  level integer not null,
  tile integer not null,
  hashes blob not null,
  primary key (epoch, level, tile)
);
create table if not exists {service}_checkpoints (
  epoch integer primary key,
  first integer not null,
  size integer not null,
  note text not null
);
create table if not exists {service}_cosignatures (
  epoch integer not null,
  size integer not null,
  witness text not null,
  at integer not null,
  note text not null,
  primary key (epoch, size, witness)
);
create table if not exists {service}_views (name text primary key, version integer not null) without rowid;
create table if not exists {service}_format (format integer not null);
insert into {service}_format select {format} where not exists (select 1 from {service}_format);
"""

# The beginning of the child's id in a state's JSON, by its bytes (inside a text the quotes would be escaped): a short
# index costs the writer less.
_MARK = "x'226368696c645f6964223a22'"  # "child_id":"
CHILD = f"case when instr(state, {_MARK}) > 0 then cast(substr(state, instr(state, {_MARK}) + 12, 8) as text) end"
_BY_CHILD = """
create index if not exists {service}_events_by_child on {service}_events ({child}) where originator_version = 1;
"""

_FORBID = """
create trigger if not exists {table}_no_{act} before {act} on {table}
begin select raise(abort, '{table} is append-only: {act} is refused'); end;
"""

# `insert or replace` fires neither of the two above: a second one looks before every insert.
_NO_REPLACE = """
create trigger if not exists {table}_no_replace before insert on {table}
when exists (select 1 from {table} where {same})
begin select raise(abort, '{table} is append-only: replacing a row is refused'); end;
"""

# What the evidence log has told it never takes back: tiles only grow at their end, a log's checkpoint only upwards.
_GROW = """
create trigger if not exists {table}_grows before update on {table}
when {shrinks} begin select raise(abort, '{table} only grows: this update is refused'); end;
"""


def sqlite_schema(service: str) -> str:
    """One script, safe to run again."""
    same = {
        f"{service}_events": "position = new.position"
        " or (originator_id = new.originator_id and originator_version = new.originator_version)",
        f"{service}_requests": "request_id = new.request_id",
        f"{service}_read_log": "entry = new.entry",
        f"{service}_cosignatures": "epoch = new.epoch and size = new.size and witness = new.witness",
        f"{service}_tiles": "epoch = new.epoch and level = new.level and tile = new.tile",
        f"{service}_checkpoints": "epoch = new.epoch",
    }
    grow = {
        f"{service}_tiles": "(new.epoch, new.level, new.tile) is not (old.epoch, old.level, old.tile)"
        " or substr(new.hashes, 1, length(old.hashes)) is not old.hashes",
        f"{service}_checkpoints": "(new.epoch, new.first) is not (old.epoch, old.first) or new.size < old.size",
    }
    triggers = [
        (_GROW.format(table=table, shrinks=grow[table]) if table in grow else _FORBID.format(table=table, act="update"))
        + _FORBID.format(table=table, act="delete")
        + _NO_REPLACE.format(table=table, same=condition)
        for table, condition in same.items()
    ]
    tables = EVENTS.format(service=service, format=FORMAT) + _BY_CHILD.format(service=service, child=CHILD)
    return tables + "".join(triggers)
