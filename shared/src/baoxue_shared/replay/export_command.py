"""`baoxue-audit export`: evidence in one file, for whoever is to check it elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx
import typer

from baoxue_shared.evidence.bundle import By, Contents, Selection
from baoxue_shared.evidence.target import UnreachableTargetError
from baoxue_shared.evidence.verify_bundle import BY_THING
from baoxue_shared.replay.export import Export, Heads, RestlessLogError, TornLogError
from baoxue_shared.replay.finding import addresses, readable
from baoxue_shared.replay.options import FAULT, UNREACHABLE, USAGE, Stores, embedded, fail, instant

bundles = typer.Typer()
ABSENT = 404
PORTS = {"enrollment": 8401, "cases": 8402, "aid": 8403, "oversight": 8404}
Services = Annotated[
    list[str] | None,
    typer.Option("--service", help="<service>=<url>, asked for head statements; else the embedded ones"),
]


@bundles.command()
def export(  # noqa: PLR0913, PLR0917 - what may be asked for
    output: Annotated[Path, typer.Option("-o", "--output", help="the file to write")],
    child: UUID | None = None,
    case: Annotated[UUID | None, typer.Option(help="a case, or any other thing, by its id")] = None,
    actor: str | None = None,
    county: Annotated[str | None, typer.Option(help="a division's code")] = None,
    period: Annotated[tuple[datetime, datetime] | None, typer.Option(help="recorded after … up to …")] = None,
    *,
    everything: bool = False,
    complete: Annotated[bool, typer.Option(help="with all headers, which prove that nothing is left out")] = False,
    stores: Stores = None,
    services: Services = None,
) -> None:
    """Events with proofs, checkpoints and schemas. Where head statements cannot be had, all headers come along."""
    given = {"child": child, "case": case, "actor": actor, "county": county, "period": period}
    chosen = _selection({**given, "everything": everything or None})
    contents, beyond = _written(output, stores, chosen, _asking(services, complete or chosen.by not in BY_THING))
    if not contents.logs:
        output.unlink(missing_ok=True)
        raise fail("没有找到这样的事件 / there are no such events", FAULT)
    how = "附全部条目表 / with all headers" if contents.complete else "附末版声明 / with head statements"
    typer.echo(f"{output}: {how}；尚未见证、未收入 / not yet cosigned and left out: {beyond}")


def _written(
    output: Path, stores: Sequence[str] | None, chosen: Selection, heads: Heads | None
) -> tuple[Contents, int]:
    """Where a service does not answer, all headers prove what its statements would."""
    try:
        with readable():
            made = Export(addresses(stores), chosen, heads)
            return made.write(output), made.beyond
    except (httpx.HTTPError, RestlessLogError):
        typer.echo("没有得到末版声明：改附全部条目表 / no head statements: all headers come along instead", err=True)
        return _written(output, stores, chosen, None)
    except UnreachableTargetError as error:
        raise fail(str(error), UNREACHABLE) from None
    except TornLogError as error:
        raise fail(f"证据日志有缺 / the evidence log has a gap: {error}", FAULT) from None


def _selection(given: dict[str, object]) -> Selection:
    chosen: list[tuple[By, object]] = [(by, value) for by, value in given.items() if value]  # type: ignore[misc]
    if len(chosen) != 1:
        raise fail(f"请选一项 / choose one: {', '.join(f'--{by}' for by in given)}", USAGE)
    by, value = chosen[0]
    if isinstance(value, tuple):
        first, last = (instant(moment) for moment in value)
        return Selection(by, f"{first.isoformat()}/{last.isoformat()}")  # type: ignore[union-attr]
    return Selection(by, "" if value is True else str(value))


def _asking(services: Sequence[str] | None, needless: bool) -> Heads | None:  # noqa: FBT001
    """Asks running services for head statements."""
    named = {name: url for name, _, url in (one.partition("=") for one in services or ())}

    def ask(service: str, identity: str) -> str | None:
        url = named.get(service, embedded(PORTS[service], "http"))
        answer = httpx.get(f"{url}/heads/{identity}", trust_env=False, timeout=30)
        return None if answer.status_code == ABSENT else answer.raise_for_status().text

    return None if needless else ask
