"""The duties of the notice as data, and the engine that answers who should have and did not."""

from baoxue_shared.duties.catalogue import Catalogue, CatalogueError, Duty, load_catalogue
from baoxue_shared.duties.engine import Engine
from baoxue_shared.duties.fact import Cut, Fact, fact_of
from baoxue_shared.duties.state import DutyState, Gap, Missed, State

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Cut",
    "Duty",
    "DutyState",
    "Engine",
    "Fact",
    "Gap",
    "Missed",
    "State",
    "fact_of",
    "load_catalogue",
]
