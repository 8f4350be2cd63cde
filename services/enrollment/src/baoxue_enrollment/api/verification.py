"""The page behind a notice's QR code, for everybody: number, validity, issuing body, and nothing else."""

from html import escape
from uuid import UUID

from baoxue_shared.errors import NotFoundError
from baoxue_shared.service import World
from fastapi.responses import HTMLResponse

from baoxue_enrollment.papers.print_run import issuing_body
from baoxue_enrollment.views.notices import validity_of

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>入学通知书核验</title>
<style>body{{font:18px/1.6 sans-serif;max-width:32em;margin:2em auto;padding:0 1em}}
dt{{color:#555}}dd{{margin:0 0 1em;font-weight:bold}}</style>
</head><body><h1>入学通知书核验</h1><p lang="en">Verification of an enrollment notice</p>
<dl><dt>文号 Number</dt><dd>{number}</dd>
<dt>状态 State</dt><dd>{state}</dd>
<dt>发文单位 Issued by</dt><dd>{issuer}</dd></dl>
</body></html>
"""
VALID, VOID = "有效 valid", "已作废 void"
HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class UnknownPaperError(NotFoundError):
    """No notice has this address: the paper is not ours."""


class Verification:
    """The address of a paper holds the notice's random id and its number: who has not seen it cannot guess it."""

    def __init__(self, world: World) -> None:
        self._store = world.store

    async def verify_notice(self, notice_id: UUID, serial: int) -> HTMLResponse:
        """UnknownPaperError. A paper that was replaced by another says that it is void."""
        found = await validity_of(self._store, str(notice_id), serial)
        if found is None:
            raise UnknownPaperError
        state = VOID if found["ended_at"] else VALID
        words = {"number": found["number"], "state": state, "issuer": issuing_body(str(found["county"]))}
        return HTMLResponse(_PAGE.format(**{k: escape(str(v)) for k, v in words.items()}), headers=HEADERS)
