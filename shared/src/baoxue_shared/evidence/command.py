"""`baoxue-audit verify` and `receipt`: what an outsider can prove of a log."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from baoxue_shared.evidence.bundle import BadBundleError, is_bundle
from baoxue_shared.evidence.checkpoint import read_checkpoint
from baoxue_shared.evidence.entry import BadEntryError, decode
from baoxue_shared.evidence.limits import limits_told
from baoxue_shared.evidence.merkle import BadProofError
from baoxue_shared.evidence.note import BadNoteError, read_note
from baoxue_shared.evidence.passing import Progress as Told
from baoxue_shared.evidence.policy import BadPolicyError, Policy, UntrustedError, load_policy
from baoxue_shared.evidence.proving import receipt_for
from baoxue_shared.evidence.receipt import read_receipt
from baoxue_shared.evidence.target import UnreachableTargetError, open_target
from baoxue_shared.evidence.verify import Report, verify
from baoxue_shared.evidence.verify_bundle import verify_bundle
from baoxue_shared.shown import Format, show

evidence = typer.Typer(no_args_is_help=True, add_completion=False)
FAULT, USAGE, UNREACHABLE = 1, 2, 3
RECEIPT, VAR = ".tlog-proof", Path("var")
SELF_CONSISTENT = "仅自洽：没有外来的信任策略 / self-consistent only: no trust policy (--trust)"
Trust = Annotated[Path | None, typer.Option("--trust", help="信任策略，须来自外部 / a trust policy from outside")]
Since = Annotated[Path | None, typer.Option("--since", help="上次核过的检查点 / a checkpoint that was verified before")]
Keep = Annotated[
    Path | None, typer.Option("--keep", help="核过的检查点写到此文件 / write the verified checkpoint here")
]


def _fail(words: object, status: int) -> NoReturn:
    typer.echo(str(words), err=True)
    raise typer.Exit(status)


@evidence.command("verify")
def verify_command(
    target: str, trust: Trust = None, since: Since = None, keep: Keep = None, form: Format = "table"
) -> None:
    """Verify a database, an address, a service, a receipt or a bundle. Exit 0: holds under the policy; 1: not."""
    policy = policy_of(trust)
    if is_bundle(Path(target)):
        _verify_bundle(Path(target), policy, form)
    if target.endswith(RECEIPT):
        _verify_receipt(Path(target), policy)
    known = since.read_text("utf-8") if since else None
    try:
        opened = open_target(target)
        with progress_bar() as told:
            reports = verify(opened, policy, datetime.now(UTC), known, told)
        opened.close()
    except UnreachableTargetError as error:
        _fail(error, UNREACHABLE)
    except (BadNoteError, BadEntryError) as error:
        _fail(f"检查点或条目读不出 / a checkpoint or an entry cannot be read: {error}", FAULT)
    tell(reports, policy, form)
    holds = policy is not None and not any(report.faults for report in reports)
    if holds and keep and reports[-1].note:
        keep.write_text(reports[-1].note, "utf-8")
    raise typer.Exit(0 if holds else FAULT)


@evidence.command("receipt")
def receipt_command(
    event: Annotated[str, typer.Argument(help="<service>:<epoch>:<position>")],
    source: Annotated[str, typer.Option("--from", help="数据库或服务地址 / a database or a service's address")] = "",
    output: Annotated[Path | None, typer.Option("-o", help="…" + RECEIPT)] = None,
) -> None:
    """A proof (C2SP tlog-proof) that an event is in the cosigned log; it verifies offline. Exit 1: not covered yet."""
    try:
        service, epoch, position = event.split(":")
        opened = open_target(source or str(VAR / f"{service}.sqlite3"))
        receipt = receipt_for(opened, int(epoch), int(position))
        opened.close()
    except ValueError:
        _fail(f"事件编号形如 cases:1:61 / an event id is <service>:<epoch>:<position>, not {event!r}", USAGE)
    except UnreachableTargetError as error:
        _fail(error, UNREACHABLE)
    except LookupError:
        _fail(f"没有这一条，或还没有封存 / there is no such event, or it is not sealed yet: {event}", FAULT)
    if output is None:
        typer.echo(str(receipt), nl=False)
    else:
        output.write_text(str(receipt), "utf-8")


def _verify_receipt(path: Path, policy: Policy | None) -> NoReturn:
    """Without network, service or database."""
    try:
        receipt = read_receipt(path.read_text("utf-8"))
        entry = decode(receipt.extra)
        trusted = policy.trust(receipt.note) if policy else None
        checkpoint = trusted.checkpoint if trusted else read_checkpoint(read_note(receipt.note).text)
        receipt.check(checkpoint, receipt.extra)
    except (OSError, UnicodeDecodeError) as error:
        _fail(error, UNREACHABLE)
    except (BadProofError, BadEntryError, BadNoteError, UntrustedError) as error:
        typer.echo(limits_told(), err=True)
        _fail(f"✗ 回执不成立 / the receipt does not hold: {error}", FAULT)
    shown = {**entry._asdict(), "originator_id": str(entry.originator_id), "state_hash": entry.state_hash.hex()}
    show([{"名称": name, "值": value} for name, value in {"log": checkpoint.origin, **shown}.items()])
    if trusted is None:
        typer.echo(SELF_CONSISTENT, err=True)
    typer.echo(limits_told(), err=True)
    raise typer.Exit(0 if trusted else FAULT)


def _verify_bundle(path: Path, policy: Policy | None, form: str) -> NoReturn:
    """Offline: the file and the policy, nothing else."""
    try:
        selection, reports = verify_bundle(path, policy, datetime.now(UTC))
    except BadBundleError as error:
        _fail(f"证据包读不出 / the bundle cannot be read: {error}", FAULT)
    typer.echo(f"证据包 / bundle of: {selection.by} {selection.value}", err=True)
    tell(reports, policy, form)
    raise typer.Exit(0 if policy is not None and not any(report.faults for report in reports) else FAULT)


def policy_of(path: Path | None) -> Policy | None:
    """Exit 2 with what is wrong with the file."""
    try:
        return load_policy(path) if path else None
    except BadPolicyError as error:
        _fail(f"信任策略不可用 / the trust policy cannot be used: {error}", USAGE)


@contextmanager
def progress_bar() -> Iterator[Told]:
    """On a terminal; silent elsewhere."""
    columns = (TextColumn("核验 / verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def tell(reports: Sequence[Report], policy: Policy | None, form: str) -> None:
    """The verdict first, then each fault, then what evidence does not prove."""
    if form == "json":
        show([told(report, policy) for report in reports], "json")
        return
    show([_line(report, policy) for report in reports], form)
    faults = [(report, fault) for report in reports for fault in report.faults]
    for _, fault in faults:
        whose = f" [{', '.join(fault.concerns)}]" if fault.concerns else ""
        typer.echo(f"✗ {fault.zh} / {fault.en}{whose}", err=True)
    for report in reports:
        for line in loss_told(report):
            typer.echo(line, err=True)
        if report.more:
            typer.echo(f"  另有 {report.more} 处 / {report.more} more", err=True)
    if policy is None:
        typer.echo(
            "仅自洽：没有外来的信任策略（--trust）/ self-consistent only: no trust policy from outside", err=True
        )
    typer.echo(limits_told(), err=True)


def verdict(report: Report, policy: Policy | None) -> str:
    if report.faults:
        return "fault"
    return "holds" if policy is not None else "self-consistent only"


def told(report: Report, policy: Policy | None) -> dict[str, Any]:
    """A report for programs; the names are stable."""
    return {
        "verdict": verdict(report, policy),
        "origin": report.origin,
        "size": report.size,
        "beyond": report.beyond,
        "simulated": report.simulated,
        "cosigned": report.cosigned,
        "restored": restored_told(report),
        "faults": [fault.told() for fault in report.faults],
        "more_faults": report.more,
    }


def restored_told(report: Report) -> dict[str, Any] | None:
    """What began an epoch, for programs."""
    restored, lost = report.restored, report.lost
    if restored is None:
        return None
    leaves = {"first": lost.start, "last": lost.stop - 1, "count": len(lost)} if lost else None
    return {
        "approver": restored.approver,
        "reason": restored.reason,
        "restored_size": restored.size,
        "cosigned_size": restored.old.size,
        "lost": leaves,
        "unproved": restored.unproved,
        "held": list(restored.held),
    }


def loss_told(report: Report) -> Iterator[str]:
    """What a restore lost, and who held it then."""
    restored, lost = report.restored, report.lost
    if restored is None:
        return
    zh, en = f"经 {restored.approver} 同意恢复（{restored.reason}）", f"restored on the word of {restored.approver}"
    yield f"! {report.origin}: {zh} / {en}"
    if lost:
        cosigned = max(0, restored.old.size - restored.size)
        zh = f"前一纪元丢失第 {lost.start} 至 {lost.stop - 1} 叶，共 {len(lost)} 条，其中已见证 {cosigned} 条"
        en = f"of the epoch before leaves {lost.start} to {lost.stop - 1} are lost, {cosigned} of them were cosigned"
        yield f"  {zh} / {en}"
        yield f"  当时仍在 / held then: {'；'.join(restored.held) or '—'}"
    if restored.unproved:
        zh = f"无人持有哈希：恢复的 {restored.size} 条在最后见证之后的部分只凭同意人之言"
        en = "nobody held the hashes: what was restored after its last cosigned size rests on the approver's word"
        yield f"  {zh} / {en}"


_WORDS = {"fault": "不成立 / fault", "holds": "成立 / holds", "self-consistent only": "仅自洽 / self-consistent only"}


def _line(report: Report, policy: Policy | None) -> dict[str, Any]:
    seen = [f"{name} {datetime.fromtimestamp(at, UTC).isoformat()}" for name, at in report.cosigned.items()]
    return {
        "结论": _WORDS[verdict(report, policy)],
        "日志": report.origin,
        "条数": report.size,
        "尚未见证": report.beyond,
        "其中模拟时钟": report.simulated,
        "见证": "；".join(seen) or "—",
    }
