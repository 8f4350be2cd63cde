"""`baoxue provision | rebuild-stream | rebuild | parked list|retry|drop`: what an operator does to what is derived."""

import asyncio
import time
from typing import Annotated, Any
from uuid import uuid4

import httpx
import nats.errors
import typer
from baoxue_shared.messaging.provision import provision as provision_streams
from baoxue_shared.messaging.provision import rebuild
from baoxue_shared.shown import Format, show

from baoxue_deploy.places import SERVICES, issuer_url, nats_url, url

operations = typer.Typer(no_args_is_help=True, add_completion=False, help="消息 / messaging")
parked = typer.Typer(no_args_is_help=True, help="搁置的消息 / parked messages")
FAULT, USAGE, UNREACHABLE = 1, 2, 3
LOOKS_EVERY = 0.2
Token = Annotated[str | None, typer.Option(envvar="BAOXUE_TOKEN", help="an operator's token; else the embedded mode's")]


def _fail(words: str, status: int) -> typer.Exit:
    typer.echo(words, err=True)
    return typer.Exit(status)


def _known(service: str) -> str:
    if service not in SERVICES:
        raise _fail(f"没有服务 {service}；有 / there are: {', '.join(SERVICES)}", USAGE)
    return service


@operations.command()
def provision(form: Format = "table") -> None:
    """Create the streams that are missing. Exit 1 if one differs from what this version wants: it is left alone."""
    try:
        report = asyncio.run(provision_streams(nats_url()))
    except (OSError, nats.errors.Error) as error:
        raise _fail(f"NATS 无法连接 / not reachable: {nats_url()} ({type(error).__name__})", UNREACHABLE) from None
    show([{"service": service, "stream": told} for service, told in report.items()], form)
    raise typer.Exit(FAULT if any(told.startswith("differs") for told in report.values()) else 0)


@operations.command("rebuild-stream")
def rebuild_stream(service: str) -> None:
    """Throw a service's stream away and make it anew; the service fills it from its history at once."""
    try:
        asyncio.run(rebuild(nats_url(), _known(service)))
    except (OSError, nats.errors.Error) as error:
        raise _fail(f"NATS 无法连接 / not reachable: {nats_url()} ({type(error).__name__})", UNREACHABLE) from None
    typer.echo(f"{service}: 已清空重建，服务正在补发 / made anew; the service publishes its history again")


def _headers(token: str | None) -> dict[str, str]:
    if token is None:
        answer = httpx.get(f"{issuer_url()}/token", params={"role": "operator"}, trust_env=False)
        token = str(answer.raise_for_status().json()["access_token"])
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}


def _asked(service: str, path: str, token: str | None, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
    try:
        method = "GET" if body is None else "POST"
        address, headers = url(_known(service)) + path, _headers(token)
        answer = httpx.request(method, address, json=body, headers=headers, trust_env=False)
    except httpx.HTTPError as error:
        raise _fail(f"{service} 无法连接 / not reachable ({type(error).__name__})", UNREACHABLE) from None
    if not answer.is_success:
        raise _fail(str(answer.json().get("detail") or answer.json().get("title")), FAULT)
    return answer.json()


@operations.command("rebuild")
def rebuild_view(view: str, form: Format = "table", token: Token = None) -> None:
    """Build a read model anew beside the one that serves, and switch when both are equally far and equal.

    Exit 1, and the old one serves on, if they differ or the rebuild fails. A name that several services have:
    <service>/<view>.
    """
    service, name = _whose(view, token)
    _asked(service, f"/views/{name}/rebuild", token, {})
    while (told := _views(service, token)[name]["rebuild"])["stage"] in {"building", "comparing"}:
        time.sleep(LOOKS_EVERY)
    hashes = told["hashes"]
    row = {"service": service, "view": name, "stage": told["stage"], "problem": told["problem"]}
    show([{**row, "serving": hashes.get("serving"), "new": hashes.get("new")}], form)
    raise typer.Exit(0 if told["stage"] == "switched" else FAULT)


def _whose(view: str, token: str | None) -> tuple[str, str]:
    named, _, name = view.rpartition("/")
    names = {service: _views(service, token) for service in ([_known(named)] if named else SERVICES)}
    found = [service for service, views in names.items() if name in views]
    if len(found) == 1:
        return found[0], name
    there = ", ".join(f"{service}/{one}" for service, views in names.items() for one in views)
    raise _fail(f"请指明查询视图 / name one view: {there}", USAGE)


def _views(service: str, token: str | None) -> dict[str, Any]:
    return {row["view"]: row for row in _asked(service, "/views", token)["rows"]}


@parked.command("list")
def list_(service: str | None = None, form: Format = "table", token: Token = None) -> None:
    """What waits, of one service or of all. Exit 1 if something does."""
    names = [service] if service else list(SERVICES)
    rows = [{"service": name, **row} for name in names for row in _asked(name, "/parked", token)["rows"]]
    show(rows, form)
    raise typer.Exit(FAULT if rows else 0)


@parked.command()
def retry(service: str, reader: str, publisher: str, key: str, token: Token = None) -> None:
    """All waiting messages of one child (its `parked_key`), in order."""
    body = {"reader": reader, "publisher": publisher, "key": key}
    handled = _asked(service, "/parked/retry", token, body)["answer"]["handled"]
    typer.echo(f"{service}: 已办理 {handled} 条 / handled {handled}")


@parked.command()
def drop(  # noqa: PLR0913, PLR0917 - the place of the message
    service: str,
    reader: str,
    publisher: str,
    position: int,
    reason: Annotated[str, typer.Option(help="recorded, in clear: no names")],
    epoch: Annotated[int | None, typer.Option(min=1, help="如未写明，取较早的纪元 / else the older epoch's")] = None,
    token: Token = None,
) -> None:
    """Give one message up, on record with its reason."""
    body = {"reader": reader, "publisher": publisher, "position": position, "epoch": epoch, "reason": reason}
    recorded = _asked(service, "/parked/drop", token, body)
    typer.echo(f"{service}: 已放弃并记录 / dropped, on record as {recorded['id']}")


operations.add_typer(parked, name="parked")
