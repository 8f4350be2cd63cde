"""Portable SQL as psycopg takes it."""

import re

_NAMED = re.compile(r"'[^']*'|::\w+|:([a-z_]\w*)")


def places(sql: str) -> bytes:
    """`:named` places as psycopg writes them; quoted text and casts stay."""
    sql = sql.replace("%", "%%")
    return _NAMED.sub(lambda found: f"%({found[1]})s" if found[1] else found[0], sql).encode()
