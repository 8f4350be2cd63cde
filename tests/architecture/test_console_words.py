"""The console has a sentence for whatever any service tells about a child."""

from baoxue_oversight.console.routes import words
from baoxue_shared.contracts import aid, cases, enrollment
from baoxue_shared.contracts.registry import contracts_of


def test_every_fact_about_a_child_has_its_words():
    kinds = {c.__name__ for m in (enrollment, cases, aid) for c in contracts_of(m) if "child_id" in c.model_fields}
    assert kinds <= words().keys()
