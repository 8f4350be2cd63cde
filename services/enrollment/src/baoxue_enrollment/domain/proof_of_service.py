"""What proves the service of a paper, by way of service (民事诉讼法 87–95, 2023, by analogy)."""

from datetime import date, timedelta
from typing import Literal

from baoxue_shared.errors import InvalidInputError
from baoxue_shared.glossary import terms

ServiceMethod = Literal[
    "in_hand", "adult_family_member", "left", "electronic", "entrusted", "posted", "transferred", "public_notice"
]
PUBLIC_NOTICE_PERIOD = timedelta(days=30)  # 民事诉讼法 95
_NEEDED: dict[ServiceMethod, tuple[str, ...]] = {
    "in_hand": (),
    "adult_family_member": ("receiver", "relation"),
    "left": ("reason", "witnesses"),
    "electronic": ("receipt",),
    "entrusted": ("through",),
    "posted": ("receipt",),
    "transferred": ("through",),
    "public_notice": ("published_in", "reason"),
}


class ProofMissingError(InvalidInputError):
    """A way of service lacks what proves it."""


def check_proof(method: ServiceMethod, given: frozenset[str]) -> None:
    """`given`: names of the facts at hand. ProofMissingError; the signed slip itself is on paper."""
    missing = [fact for fact in _NEEDED[method] if fact not in given]
    if missing:
        raise ProofMissingError(method=terms()["ServiceMethod"].values[method], missing="、".join(missing))


def deemed_on(published_on: date) -> date:
    """The last of the thirty days, the first one excluded: with it the paper counts as served."""
    return published_on + PUBLIC_NOTICE_PERIOD
