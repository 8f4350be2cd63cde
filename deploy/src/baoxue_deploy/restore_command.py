"""`baoxue restore`: the drill before it is needed, the backup put back, a new epoch on an approver's word."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from baoxue_shared.clock import SharedClock
from baoxue_shared.evidence.note import BadNoteError
from baoxue_shared.evidence.policy import BadPolicyError, Policy, load_policy
from baoxue_shared.evidence.target import UnreachableTargetError
from baoxue_shared.history.restoration import Word
from baoxue_shared.shown import Format, show

from baoxue_deploy.backup import MANIFEST
from baoxue_deploy.histories import stores_of
from baoxue_deploy.holding import holders_of
from baoxue_deploy.places import SERVICES, VAR, Places
from baoxue_deploy.processes import NotReadyError, PortTakenError, Processes
from baoxue_deploy.putting_back import ExpiredKeysError, Restore, put_back
from baoxue_deploy.restoring import Finding, examine
from baoxue_deploy.running import alive, remembered
from baoxue_deploy.switching import finish

restores = typer.Typer()
FAULT, USAGE, UNREACHABLE = 1, 2, 3
StoreKind = Literal["sqlite", "postgresql"]
TOLD = {
    "extends": "延续 / extends",
    "missing": "缺失 / missing",
    "forked": "分叉 / forked",
    "superseded": "早于上次恢复 / older than the last restore",
    "unknown": "无从比较 / unknown",
}


def _fail(words: object, status: int) -> typer.Exit:
    typer.echo(str(words), err=True)
    return typer.Exit(status)


@dataclass
class _Sources:
    """What the backup is held against."""

    policy: Policy | None
    kept: list[str]
    receipts: list[Path]


@restores.command()
def restore(  # noqa: PLR0913, PLR0917 - what the drill looks at
    backup: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    verify: Annotated[bool, typer.Option("--verify", help="only look, change nothing")] = False,  # noqa: FBT002
    trust: Annotated[Path | None, typer.Option("--trust", help="a trust policy; else var/trust-policy.json")] = None,
    checkpoints: Annotated[list[Path] | None, typer.Option("--checkpoint", help="one that was kept")] = None,
    receipts: Annotated[Path | None, typer.Option(help="a folder of receipts (*.tlog-proof)")] = None,
    keys: Annotated[
        Path | None, typer.Option(exists=True, help="the key backup; else where the backup says it is")
    ] = None,
    approver: Annotated[
        str | None, typer.Option(help="同意丢失的人，用编号不用姓名 / who allows the loss: an id, never a name")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="为何，公开记录 / why; on record in clear: no names")] = None,
    store: Annotated[StoreKind | None, typer.Option(help="sqlite or postgresql; else as var/ is")] = None,
    form: Format = "table",
) -> None:
    """Whether a backup extends what was last cosigned; else what is missing, and who still holds it: exit 1.

    Without --verify it is put back, if nothing runs: recorded erasures are applied again first. Where events would be
    lost, only with --approver and --reason: a new epoch begins, and its first event states what was lost.
    """
    if not (backup / MANIFEST).exists():
        raise _fail(f"不是备份 / not a backup: {backup}", USAGE)
    word = _word(approver, reason)
    places, manifest = Places(VAR), json.loads((backup / MANIFEST).read_text("utf-8"))
    kept = [path.read_text("utf-8") for path in checkpoints or ()]
    sources = _Sources(_policy(trust), kept, sorted(receipts.glob("*.tlog-proof")) if receipts else [])
    with _attended(places, store) as (present, processes):
        found = [_examined(places, service, backup, present, sources) for service in manifest["services"]]
        _tell(found, form)
        verdicts = {one.verdict for one in found}
        if verify or not verdicts <= ({"extends", "missing"} if word else {"extends"}):
            _advise(verdicts, verify=verify)
            bad = verdicts & {"missing", "forked", "superseded"}
            raise typer.Exit(FAULT if bad else UNREACHABLE if "unknown" in verdicts else 0)
        if processes is None:
            raise _fail("服务正在运行；请先 baoxue down / services run: baoxue down first", USAGE)
        losses = {one.service: one.loss for one in found if one.loss is not None}
        databases = processes.databases
        _put_back(
            Restore(
                list(manifest["services"]),
                backup,
                keys or Path(manifest["keys"]),
                present,
                losses,
                word,
                SharedClock(places.clock),
                databases.load if databases else None,
                databases.rename if databases else None,
            ),
            places,
        )


def _word(approver: str | None, reason: str | None) -> Word | None:
    if approver is None and reason is None:
        return None
    if not (approver and reason) or " " in approver or not 3 <= len(reason) <= 300:  # noqa: PLR2004 - as a dropped message
        zh = "--approver（编号，不含空格）与 --reason（3 至 300 字）须同时给出"
        raise _fail(f"{zh} / --approver (an id) and --reason (3 to 300 characters) go together", USAGE)
    return Word(approver, reason)


def _advise(verdicts: set[str], *, verify: bool) -> None:
    if verdicts & {"missing"} and not verify:
        zh = "将丢失上列事件；如经批准，加 --approver 与 --reason，从新的纪元继续"
        typer.echo(f"{zh} / the events above would be lost: with --approver and --reason a new epoch begins", err=True)
    if "forked" in verdicts:
        zh = "备份与已见证的历史不是同一历史，不得恢复"
        typer.echo(f"{zh} / the backup is not what was cosigned: it must not come back", err=True)
    if "superseded" in verdicts:
        zh = "备份早于上一次恢复，请用其后的备份"
        typer.echo(f"{zh} / the backup is older than the last restore: use a younger one", err=True)


def _examined(places: Places, service: str, backup: Path, present: Mapping[str, str], sources: _Sources) -> Finding:
    holders = holders_of(places, service, present, sources.receipts, sources.kept)
    try:
        return examine(service, backup / f"{service}.sqlite3", sources.policy, holders)
    except (UnreachableTargetError, BadNoteError) as error:
        raise _fail(f"备份读不出 / the backup cannot be read: {service}: {error}", FAULT) from None
    finally:
        for target in holders.targets.values():
            target.close()


@contextmanager
def _attended(places: Places, kind: StoreKind | None) -> Iterator[tuple[Mapping[str, str], Processes | None]]:
    """Addresses of the present databases; of what does not run the servers run meanwhile, to be asked."""
    told = remembered(places)
    if told is not None and alive(told["pids"]["supervisor"]):
        yield stores_of(places), None
        return
    files = any(places.database(service).exists() for service in SERVICES)
    server = kind == "postgresql" or (kind is None and places.postgres.exists() and not files)
    processes = Processes(places, store="postgresql" if server else "sqlite")
    try:
        processes.attend()
        places.addresses = processes.made()
        processes.remember()
        finish(places, processes.databases.rename if processes.databases else None)
        yield {service: places.store(service) for service in SERVICES}, processes
    except (PortTakenError, NotReadyError) as error:
        raise _fail(error, UNREACHABLE) from None
    finally:
        processes.down()
        places.run.unlink(missing_ok=True)


def _put_back(restore: Restore, places: Places) -> None:
    if not restore.keys.exists():
        raise _fail(f"没有密钥备份，请用 --keys 指明 / name the key backup by --keys: {restore.keys}", USAGE)
    try:
        applied = asyncio.run(put_back(restore, places))
    except ExpiredKeysError:
        words = f"密钥备份已过期，不得恢复 / these keys have expired and must not come back: {restore.keys}"
        raise _fail(words, FAULT) from None
    for service, erasures in applied.items():
        typer.echo(f"{service}: 已恢复，重新执行删除 {erasures} 件 / put back, erasures applied again: {erasures}")
    for service in restore.losses:
        typer.echo(f"{service}: 从新的纪元继续，丢失已声明 / goes on in a new epoch, which states what was lost")


def _policy(trust: Path | None) -> Policy | None:
    path = trust or Places(VAR).trust_policy
    try:
        return load_policy(path) if trust or path.exists() else None
    except BadPolicyError as error:
        raise _fail(f"信任策略不可用 / the trust policy cannot be used: {error}", USAGE) from None


def _tell(found: list[Finding], form: str) -> None:
    if form == "json":
        show([_told(one) for one in found], "json")
        return
    show([_line(one) for one in found], form)
    lines = [
        {
            "叶 / leaf": m["leaf"],
            "事件 / event": m["event"],
            "内容 / what": m["what"] or "—",
            "仍在 / held by": "；".join(m["held_by"]) or "—",
        }
        for one in found
        for m in one.missing
    ]
    show(lines, form)


def _told(one: Finding) -> dict[str, Any]:
    known = {"origin": one.checkpoint.origin, "size": one.checkpoint.size} if one.checkpoint else None
    facts = {"service": one.service, "verdict": one.verdict, "restored": one.restored}
    return {**facts, "checkpoint": known, "source": one.source, "missing": one.missing}


def _line(one: Finding) -> dict[str, Any]:
    size = one.checkpoint.size if one.checkpoint else "—"
    said = {"服务": one.service, "结论": TOLD[one.verdict], "备份条数": one.restored, "已见证": size}
    return {**said, "依据": one.source or "—", "缺": len(one.missing)}
