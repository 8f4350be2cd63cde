"""Recorded events of oversight as published contracts."""

from baoxue_shared.messaging.publishing import Published

from baoxue_oversight.told import TOLD

PUBLISHED: Published = TOLD
