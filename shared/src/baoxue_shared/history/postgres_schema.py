"""The history on PostgreSQL: tables, the function `append`, and what the application role may do."""

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier, Literal

from baoxue_shared.history.schema import FIRST_EPOCH, FORMAT

TABLES = """
create schema if not exists {service};
create table if not exists {service}.{service}_events (
  position bigint primary key,
  epoch integer not null,
  originator_id uuid not null,
  originator_version integer not null,
  topic text not null,
  recorded_at text not null,
  actor text not null,
  jurisdiction text not null,
  state bytea not null,
  unique (originator_id, originator_version)
);
create table if not exists {service}.{service}_requests (
  request_id text primary key,
  digest text not null,
  originator_id uuid not null,
  originator_version integer not null,
  answer text
);
create table if not exists {service}.{service}_positions (
  reader text not null,
  publisher text not null,
  epoch integer not null,
  position bigint not null,
  stream_sequence bigint not null,
  primary key (reader, publisher)
);
create table if not exists {service}.{service}_parked (
  reader text not null,
  publisher text not null,
  position bigint not null,
  parked_key text not null,
  message text not null,
  error text not null,
  parked_at text not null,
  epoch integer not null default 1,
  primary key (reader, publisher, epoch, position)
);
alter table {service}.{service}_parked add column if not exists epoch integer not null default 1;
alter table {service}.{service}_parked drop constraint if exists {service}_parked_pkey,
  add constraint {service}_parked_pkey primary key (reader, publisher, epoch, position);
create table if not exists {service}.{service}_read_log (
  entry bigint generated always as identity primary key,
  at text not null,
  subject text not null,
  role text not null,
  organisation text not null,
  jurisdiction text not null,
  child_id text not null,
  what text not null,
  request_id text not null
);
create table if not exists {service}.{service}_tiles (
  epoch integer not null,
  level integer not null,
  tile bigint not null,
  hashes bytea not null,
  primary key (epoch, level, tile)
);
create table if not exists {service}.{service}_checkpoints (
  epoch integer primary key,
  first bigint not null,
  size bigint not null,
  note text not null
);
create table if not exists {service}.{service}_cosignatures (
  epoch integer not null,
  size bigint not null,
  witness text not null,
  at bigint not null,
  note text not null,
  primary key (epoch, size, witness)
);
create table if not exists {service}.{service}_views (name text primary key, version integer not null);
create table if not exists {service}.{service}_format (format integer not null);
insert into {service}.{service}_format select {format} where not exists (select from {service}.{service}_format);
create or replace function {service}.append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op);
end $$;
"""

# As on SQLite: the beginning of the child's id in a state's JSON, by its bytes.
_AT = r"position('\x226368696c645f6964223a22'::bytea in state)"  # "child_id":"
CHILD = f"(case when {_AT} > 0 then encode(substring(state from {_AT} + 12 for 8), 'escape') end)"
BY_CHILD = """
create index if not exists {service}_events_by_child on {service}.{service}_events ({child})
  where originator_version = 1;
"""

_TRIGGER = """
create or replace trigger {table}_append_only before update or delete or truncate on {service}.{table}
for each statement execute function {service}.append_only();
"""
# What the evidence log has told it never takes back: tiles only grow at their end, a log's checkpoint only upwards.
_GROW = """
create or replace function {service}.{table}_grows() returns trigger language plpgsql as $$
begin
  if {shrinks} then raise exception '% only grows: this update is refused', tg_table_name; end if;
  return new;
end $$;
create or replace trigger {table}_grows before update on {service}.{table}
for each row execute function {service}.{table}_grows();
create or replace trigger {table}_append_only before delete or truncate on {service}.{table}
for each statement execute function {service}.append_only();
"""
_SHRINKS = {
    "tiles": "(new.epoch, new.level, new.tile) is distinct from (old.epoch, old.level, old.tile)"
    " or substring(new.hashes from 1 for length(old.hashes)) <> old.hashes",
    "checkpoints": "(new.epoch, new.first) is distinct from (old.epoch, old.first) or new.size < old.size",
}

# One writer at a time, so positions have no gaps and appear in order. The caller's arrays are aligned. A row of epoch 0
# goes into the one that stands.
APPEND = """
create or replace function {service}.append(
  epochs int[], ids uuid[], versions int[], topics text[], times text[], actors text[], jurisdictions text[],
  states bytea[], request_ids text[], digests text[], request_originators uuid[], request_versions int[],
  answers text[], readers text[], publishers text[], reader_epochs int[], reader_positions bigint[], sequences bigint[]
) returns bigint language plpgsql security definer set search_path = {service}, pg_temp as $$
declare
  last bigint;
  standing integer;
begin
  perform pg_advisory_xact_lock(hashtext('{service}.append'));
  select position, epoch into last, standing from {service}_events order by position desc limit 1;
  last := coalesce(last, 0);
  standing := coalesce(standing, {first_epoch});
  insert into {service}_requests
    select * from unnest(request_ids, digests, request_originators, request_versions, answers);
  insert into {service}_events
    select last + n, case when epoch > 0 then epoch else greatest(standing, max(epoch) over (order by n)) end,
      id, version, topic, at, actor, jurisdiction, state
    from unnest(epochs, ids, versions, topics, times, actors, jurisdictions, states) with ordinality
      as given (epoch, id, version, topic, at, actor, jurisdiction, state, n);
  for i in 1 .. cardinality(readers) loop
    insert into {service}_positions as p
      values (readers[i], publishers[i], reader_epochs[i], reader_positions[i], sequences[i])
      on conflict (reader, publisher) do update set epoch = excluded.epoch, position = excluded.position,
        stream_sequence = excluded.stream_sequence
      where (excluded.epoch, excluded.position) > (p.epoch, p.position);
    if not found then
      raise exception 'reader % of % is already at or beyond %', readers[i], publishers[i], reader_positions[i]
        using errcode = 'BX001';
    end if;
  end loop;
  return last;
end $$;
"""

# A view that is built anew begins at zero; the application's own tables only follow from the history.
FORGET = """
create or replace function {service}.forget_reader(wanted text) returns void
language sql security definer set search_path = {service}, pg_temp as $$
  delete from {service}_positions where reader = wanted;
$$;
"""

# The application may read the history and call `append`; it makes only its views. The migrating role need be no
# superuser: it owns the database and may create roles.
ROLE = """
do $$ begin
  if not exists (select from pg_roles where rolname = '{role}') then create role {role} login; end if;
  if not exists (
    select from pg_db_role_setting as s join pg_roles as r on r.oid = s.setrole
    where r.rolname = '{role}' and 'search_path={service}_own, {service}' = any (s.setconfig)
  ) then alter role {role} set search_path = {service}_own, {service}; end if;
end $$;
create schema if not exists {service}_own;
grant usage, create on schema {service}_own to {role};
grant usage on schema {service} to {role};
grant select on all tables in schema {service} to {role};
grant insert on {service}.{service}_read_log, {service}.{service}_cosignatures to {role};
grant insert, update on {service}.{service}_tiles, {service}.{service}_checkpoints to {role};
grant insert, update, delete on {service}.{service}_parked, {service}.{service}_views to {role};
revoke all on all functions in schema {service} from public;
grant execute on function {service}.append, {service}.forget_reader to {role};
"""


def migrate_postgres(admin_dsn: str, service: str, password: str | None = None) -> str:
    """Create what is missing, as the migrating role; safe to run again. The application role, `<service>_app`."""
    role = f"{service}_app"
    kept = ("events", "requests", "read_log", "cosignatures")
    locked = [_TRIGGER.format(service=service, table=f"{service}_{table}") for table in kept]
    locked += [
        _GROW.format(service=service, table=f"{service}_{table}", shrinks=shrinks)
        for table, shrinks in _SHRINKS.items()
    ]
    script = (
        (TABLES + BY_CHILD + APPEND + FORGET).format(
            service=service, format=FORMAT, child=CHILD, first_epoch=FIRST_EPOCH
        )
        + "".join(locked)
        + ROLE.format(service=service, role=role)
    )
    with psycopg.connect(admin_dsn) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('baoxue.migrate'))")
        connection.execute(script.encode())
        if password is not None:
            _give_password(connection, role, password)
    return role


def _give_password(connection: Connection[TupleRow], role: str, password: str) -> None:
    """The server and its log see the SCRAM verifier alone."""
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(SQL("alter role {} password {}").format(Identifier(role), Literal(verifier)))
