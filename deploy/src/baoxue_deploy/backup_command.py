"""`baoxue backup` and `baoxue restore --verify`: the drill before it is needed."""

import asyncio
import json
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import nats
import nats.errors
import typer
from baoxue_shared.evidence.note import BadNoteError
from baoxue_shared.evidence.policy import BadPolicyError, Policy, load_policy
from baoxue_shared.evidence.target import ServiceTarget, Target, UnreachableTargetError, open_target
from baoxue_shared.messaging.provision import stream_of
from baoxue_shared.shown import Format, show
from nats.js.api import ConsumerConfig, DeliverPolicy

from baoxue_deploy.backup import MANIFEST, NotEmptyError, UnsettledError, back_up
from baoxue_deploy.histories import NoHistoryError, stores_of
from baoxue_deploy.places import SERVICES, VAR, Places, nats_url, url
from baoxue_deploy.putting_back import ExpiredKeysError, put_back
from baoxue_deploy.restoring import Finding, Holders, examine
from baoxue_deploy.running import alive, remembered

backups = typer.Typer()
FAULT, USAGE, UNREACHABLE = 1, 2, 3
WITHIN = 4.0  # seconds to reach the broker
TOLD = {
    "extends": "延续 / extends",
    "missing": "缺失 / missing",
    "forked": "分叉 / forked",
    "unknown": "无从比较 / unknown",
}


def _fail(words: object, status: int) -> typer.Exit:
    typer.echo(str(words), err=True)
    return typer.Exit(status)


@backups.command()
def backup(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="a new folder; else var/backups/<instant>")
    ] = None,
    keys: Annotated[Path | None, typer.Option(help="a folder elsewhere; else var/key-backups/<instant>")] = None,
    keys_for: Annotated[
        int, typer.Option(help="days, after which the next backup destroys this one's keys", min=1)
    ] = 30,
) -> None:
    """All histories while all runs; the keys apart, and for a time only: an erasure must reach their last copy."""
    places, stamp = Places(VAR), datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    out = output or places.root / "backups" / stamp
    apart = keys or places.root / "key-backups" / (output.name if output else stamp)
    try:
        manifest = back_up(stores_of(places), places.keys, out, apart, timedelta(days=keys_for))
    except NoHistoryError as error:
        raise _fail(error, UNREACHABLE) from None
    except NotEmptyError as error:
        raise _fail(f"目录不是空的 / not an empty folder: {error}", USAGE) from None
    except (UnsettledError, sqlite3.Error, OSError) as error:
        raise _fail(f"没有备份成 / no backup was made: {type(error).__name__} {error}", FAULT) from None
    for service, told in manifest["services"].items():
        typer.echo(f"{service}: {told['last']}")
    typer.echo(f"{out}；密钥另存，{manifest['keys_expire']} 失效 / keys apart, until then: {apart}")


@backups.command()
def restore(  # noqa: PLR0913, PLR0917 - what the drill looks at
    backup: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    verify: Annotated[bool, typer.Option("--verify", help="only look, change nothing")] = False,  # noqa: FBT002
    trust: Annotated[Path | None, typer.Option("--trust", help="a trust policy; else var/trust-policy.json")] = None,
    checkpoints: Annotated[list[Path] | None, typer.Option("--checkpoint", help="one that was kept")] = None,
    receipts: Annotated[Path | None, typer.Option(help="a folder of receipts (*.tlog-proof)")] = None,
    keys: Annotated[Path | None, typer.Option(exists=True, help="the key backup to put back with it")] = None,
    form: Format = "table",
) -> None:
    """Whether a backup extends the last cosigned checkpoint; else what is missing, and who still holds it: exit 1.

    Without --verify it is put back too, if it extends it and nothing runs; recorded erasures are applied again.
    """
    if not (backup / MANIFEST).exists():
        raise _fail(f"不是备份 / not a backup: {backup}", USAGE)
    places, policy = Places(VAR), _policy(trust)
    kept = [path.read_text("utf-8") for path in checkpoints or ()]
    proofs = sorted(receipts.glob("*.tlog-proof")) if receipts else []
    services = json.loads((backup / MANIFEST).read_text("utf-8"))["services"]
    found: list[Finding] = []
    for service in services:
        holders = Holders(_targets(places, service), proofs, _streamed(service), _witnesses(places), kept)
        try:
            found.append(examine(service, backup / f"{service}.sqlite3", policy, holders))
        except (UnreachableTargetError, BadNoteError) as error:
            raise _fail(f"备份读不出 / the backup cannot be read: {service}: {error}", FAULT) from None
        finally:
            for target in holders.targets.values():
                target.close()
    _tell(found, form)
    verdicts = {one.verdict for one in found}
    if verdicts != {"extends"}:
        raise typer.Exit(FAULT if verdicts & {"missing", "forked"} else UNREACHABLE)
    if not verify:
        _put_back(places, list(services), backup, keys)


def _put_back(places: Places, services: list[str], backup: Path, keys: Path | None) -> None:
    told = remembered(places)
    if told is not None and alive(told["pids"]["supervisor"]):
        raise _fail("服务正在运行；请先 baoxue down / services run: baoxue down first", USAGE)
    if keys is None:
        raise _fail("请用 --keys 指明密钥备份 / name the key backup by --keys", USAGE)
    try:
        applied = asyncio.run(put_back(services, backup, keys, places))
    except ExpiredKeysError:
        raise _fail(
            f"密钥备份已过期，不得恢复 / these keys have expired and must not come back: {keys}", FAULT
        ) from None
    for service, erasures in applied.items():
        typer.echo(f"{service}: 已恢复，重新执行删除 {erasures} 件 / put back, erasures applied again: {erasures}")


def _policy(trust: Path | None) -> Policy | None:
    path = trust or Places(VAR).trust_policy
    try:
        return load_policy(path) if trust or path.exists() else None
    except BadPolicyError as error:
        raise _fail(f"信任策略不可用 / the trust policy cannot be used: {error}", USAGE) from None


def _targets(places: Places, service: str) -> dict[str, Target]:
    """The present database and the running service, where they are there."""
    found: dict[str, Target] = {}
    with suppress(NoHistoryError, UnreachableTargetError):
        stores = stores_of(places)
        if service in stores:
            found["现库 / the present database"] = open_target(stores[service])
    with suppress(UnreachableTargetError):
        found["服务 / the service"] = ServiceTarget(url(service))
    return found


def _witnesses(places: Places) -> list[Path]:
    return sorted(places.keys.glob("*.witness.sqlite3")) if places.keys.exists() else []


def _streamed(service: str) -> dict[int, str]:
    """Position → contract of what the stream holds; nothing where the broker is away."""
    if service not in SERVICES:
        return {}
    with suppress(OSError, nats.errors.Error, TimeoutError):
        return asyncio.run(_positions(service))
    return {}


async def _positions(service: str) -> dict[int, str]:
    connecting = nats.connect(nats_url(), connect_timeout=2, allow_reconnect=False, error_cb=_quietly)
    client = await asyncio.wait_for(connecting, WITHIN)
    found: dict[int, str] = {}
    try:
        jetstream = client.jetstream()
        last = (await jetstream.stream_info(stream_of(service))).state.last_seq
        config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL, headers_only=True)
        subscription = await jetstream.subscribe(
            f"{service}.>", stream=stream_of(service), ordered_consumer=True, config=config
        )
        for _ in range(last):
            message = await subscription.next_msg(timeout=5)
            found[int((message.headers or {})["Nats-Msg-Id"].split(":")[2])] = message.subject
    finally:
        await client.close()
    return found


async def _quietly(_: Exception) -> None:
    """That the broker is away is told once, not for each try."""


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
