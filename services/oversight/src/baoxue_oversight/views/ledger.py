"""Everything that all services said, kept in order: what figures, duties and timelines are answered from."""
# ruff: noqa: ISC004 - a table definition stands over several lines

import json

from baoxue_shared.contracts.base import Contract
from baoxue_shared.contracts.registry import SERVICES, published_by
from baoxue_shared.history.unit import Statement
from baoxue_shared.view import Heard, View, on, sql

from baoxue_oversight.told import TOLD

HEARD = tuple(contract for service in SERVICES if service != "oversight" for contract in published_by(service))


class LedgerView(View):
    """职责台账 in the making: one line per published fact."""

    name = "ledger"
    version = 2
    tables = (
        "create table if not exists ledger_facts (event_id text primary key, publisher text not null,"
        " position bigint not null, kind text not null, recorded_at text not null, occurred_at text not null,"
        " area text not null, school_id text, child_id text, semester text, amount bigint not null,"
        " actor text not null, role text not null, organisation text not null, clause text, data text not null,"
        " epoch integer not null)",
        "create index if not exists ledger_facts_by_kind on ledger_facts (kind, area)",
        "create index if not exists ledger_facts_by_child on ledger_facts (child_id)",
        "create unique index if not exists ledger_facts_by_position on ledger_facts (publisher, epoch, position)",
    )

    @on(*HEARD)
    def fact(self, contract: Contract, heard: Heard) -> Statement:
        data = contract.model_dump(mode="json")
        given = {name: str(data[name]) if data.get(name) else None for name in ("school_id", "child_id", "semester")}
        return sql(
            "insert into ledger_facts (event_id, publisher, position, kind, recorded_at, occurred_at, area, school_id,"
            " child_id, semester, amount, actor, role, organisation, clause, data, epoch) values (:event_id,"
            " :publisher, :position, :kind, :recorded_at, :occurred_at, :area, :school_id, :child_id, :semester,"
            " :amount, :actor, :role, :organisation, :clause, :data, :epoch) on conflict do nothing",
            **given,
            event_id=heard.event_id,
            publisher=heard.publisher,
            position=heard.position,
            epoch=heard.epoch,
            kind=type(contract).__name__,
            recorded_at=heard.recorded_at.isoformat(),
            occurred_at=heard.occurred_at.isoformat(),
            area=contract.area,
            amount=int(data.get("amount") or 0),
            actor=heard.actor,
            role=heard.role,
            organisation=heard.organisation,
            clause=heard.clause,
            data=json.dumps(data, ensure_ascii=False),
        )

    @on(*TOLD)
    def own(self, event: object, heard: Heard) -> Statement | None:
        contract = TOLD[type(event)](event, heard)
        return None if contract is None else self.fact(contract, heard)
