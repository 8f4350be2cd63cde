"""The HTTP edge of every service."""

from baoxue_shared.web.routes import Reader, Routes

__all__ = ["Reader", "Routes"]
