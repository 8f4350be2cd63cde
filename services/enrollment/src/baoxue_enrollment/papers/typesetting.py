"""Typst to PDF: one compiler per paper, reused, so that a notice takes some milliseconds."""

import json
import threading
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from baoxue_enrollment.papers.fonts import folder

Template = Literal["notice", "index_sheet", "service_slips"]


class _Press:
    """A compiler is no business of two threads at once."""

    def __init__(self, template: Template) -> None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder())])
        papers = Path(str(resources.files("baoxue_enrollment.papers")))
        self._compiler = typst.Compiler(papers / f"{template}.typ", root=papers, font_paths=fonts)
        self._turn = threading.Lock()

    def print(self, data: dict[str, Any]) -> bytes:
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        with self._turn:
            pdf = self._compiler.compile(format="pdf", sys_inputs=inputs, pdf_tags=False)
        if not isinstance(pdf, bytes):
            raise TypeError(type(pdf))
        return pdf


_press = cache(_Press)


def print_paper(template: Template, data: dict[str, Any]) -> bytes:
    """A PDF; blocks for as long as it takes, so call it in a thread."""
    return _press(template).print(data)


def qr_code(address: str) -> str:
    """SVG; error correction M, four modules of quiet zone; a fixed mask: weighing all eight takes long."""
    return str(segno.make_qr(address, error="m", mask=2).svg_inline(border=4))
