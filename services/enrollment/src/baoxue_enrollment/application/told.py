"""What a bulk act tells: how many rows it recorded, what it refused and why, what it warns of."""

import msgspec
from baoxue_shared.history.store import Store

WITHIN = "#"  # between a bulk command's request id and the name of one of its acts: no client's id holds it
NAMED = 20_000  # reasons and warnings in an answer


class Reason(msgspec.Struct, frozen=True, array_like=True):
    """Why rows were refused: the refusal's class, and its words."""

    kind: str
    words: str = ""


class Told(msgspec.Struct, omit_defaults=True):
    """`reasons`: by the act's key; `warnings`: by row number. Kept as JSON with an act that is not just one row."""

    accepted: int = 0
    unchanged: int = 0
    reasons: dict[str, Reason] = {}
    warnings: dict[str, str] = {}

    def add(self, other: "Told") -> None:
        self.accepted += other.accepted
        self.unchanged += other.unchanged
        self.reasons.update(other.reasons)
        self.warnings.update(other.warnings)

    def answer(self) -> dict[str, object]:
        """Of the whole bulk command."""
        reasons = {key: reason.kind for key, reason in list(self.reasons.items())[:NAMED]}
        counts = {"accepted": self.accepted, "unchanged": self.unchanged, "refused": len(self.reasons)}
        warned = {"warnings": dict(list(self.warnings.items())[:NAMED])} if self.warnings else {}
        return {**counts, "reasons": reasons, **warned}


def told_of(answer: str | None) -> Told:
    """As it was kept; an act of one row keeps nothing."""
    return msgspec.json.decode(answer, type=Told) if answer else Told(accepted=1)


async def told_before(store: Store, request_id: str) -> dict[str, Told]:
    """Acts of an earlier attempt at the same bulk command that a crash cut short."""
    prefix = f"{request_id}{WITHIN}"
    rows = await store.fetch(
        f"select request_id, answer from {store.service}_requests where substr(request_id, 1, :length) = :prefix",
        {"length": len(prefix), "prefix": prefix},
    )
    told = {str(row["request_id"]).removeprefix(prefix): row["answer"] for row in rows}
    return {key: told_of(str(answer) if answer else None) for key, answer in told.items()}


async def progress_of(store: Store, request_id: str) -> Told:
    """What a bulk command that is still under way has recorded so far; after it, what it did."""
    told = Told()
    for done in (await told_before(store, request_id)).values():
        told.add(done)
    return told
