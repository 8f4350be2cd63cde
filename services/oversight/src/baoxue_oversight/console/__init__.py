"""The console: server-rendered pages for auditors and supervisors, Chinese first."""

from baoxue_oversight.console.routes import add_console

__all__ = ["add_console"]
