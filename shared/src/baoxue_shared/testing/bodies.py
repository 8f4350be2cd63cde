"""A plausible body for any command, made from its JSON schema, always about one place and one school."""

import re
from typing import Any
from uuid import UUID

COUNTY, AREA = "220822", "220822100001"
SCHOOL = UUID("00000000-0000-4000-8000-00000000a001")
CODES = (AREA, AREA[:9], COUNTY, COUNTY[:4])
PLACES = ("area", "county", "township", "village", "residence", "jurisdiction")
FORMATS: dict[str, str] = {"date": "2026-05-04", "date-time": "2026-05-04T09:00:00+08:00", "uuid": str(SCHOOL)}

Schema = dict[str, Any]


def example(schema: Schema, components: Schema, name: str = "") -> Any:  # noqa: ANN401 - JSON
    """The smallest value that fits: required fields only, first alternative, one item."""
    if "$ref" in schema:
        return example(components[schema["$ref"].rpartition("/")[2]], components, name)
    for alternatives in ("anyOf", "oneOf", "allOf"):
        if alternatives in schema:
            return example(schema[alternatives][0], components, name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    return _of_type(schema, components, name)


def _of_type(schema: Schema, components: Schema, name: str) -> Any:  # noqa: ANN401 - JSON
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", ())
            return {field: example(schema["properties"][field], components, field) for field in wanted}
        case "array":
            prefix = schema.get("prefixItems")
            return [example(item, components, name) for item in prefix or [schema.get("items", {})]]
        case "integer" | "number":
            return max(1, schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
    return _text(schema, name)


def _text(schema: Schema, name: str) -> str:
    if schema.get("format") in FORMATS:
        return FORMATS[str(schema["format"])]
    if "pattern" in schema:
        return next((code for code in CODES if re.search(schema["pattern"], code)), "1")
    if any(place in name for place in PLACES):
        return AREA
    return "x" * max(1, int(schema.get("minLength", 1)))
