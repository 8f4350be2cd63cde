"""Published contracts: what services say to each other. Nothing personal in clear; a child is a random id."""

import re
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

DivisionCode = Field(pattern=r"^(\d{4}|\d{6}|\d{9}|\d{12})$")


class Contract(BaseModel):
    """A published fact. Frozen once released: additions only, else a new version."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    service: ClassVar[str]
    noun: ClassVar[str]  # of the subject, kebab case: "dropout-case"
    participle: ClassVar[str]  # "opened"
    version: ClassVar[int] = 1

    area: str = DivisionCode  # the place that the fact is about

    @classmethod
    def type_name(cls) -> str:
        """CloudEvents `type`, e.g. `cases.DropoutCaseOpened.v1`."""
        return f"{cls.service}.{cls.__name__}.v{cls.version}"

    @classmethod
    def subject(cls, token: str) -> str:
        """NATS subject under a county's or the city's token."""
        return f"{cls.service}.{token}.{cls.noun}.{cls.participle}.v{cls.version}"


def contracts_of(module: object) -> tuple[type[Contract], ...]:
    """All contracts a module publishes, in the order they stand there."""
    found = (value for value in vars(module).values() if isinstance(value, type))
    return tuple(c for c in found if issubclass(c, Contract) and "noun" in vars(c))


def kebab(name: str) -> str:
    """`DropoutCase` → `dropout-case`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
