"""`baoxue-audit`: the auditor's program."""

import typer

from baoxue_shared.evidence.command import evidence
from baoxue_shared.evidence.witness_command import standing_alone
from baoxue_shared.replay.duties_commands import ledger
from baoxue_shared.replay.export_command import bundles
from baoxue_shared.replay.record_commands import record
from baoxue_shared.replay.sql_command import columns

main = typer.Typer(no_args_is_help=True, add_completion=False, help="回放与核查 / replay and verify")
for room in (record, ledger, columns, evidence, standing_alone, bundles):
    main.add_typer(room)
