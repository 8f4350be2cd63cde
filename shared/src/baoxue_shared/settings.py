"""Typed settings of a service, from the environment, checked at start in the reader's words."""

import sys
from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from baoxue_shared.area import level
from baoxue_shared.clock import clock_from
from baoxue_shared.history.opening import POSTGRES, SCHEMES, path_of


class ServiceSettings(BaseSettings):
    """`BAOXUE_<SERVICE>_STORE` and so on; see the service's env example."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)
    schemes: ClassVar[tuple[str, ...]] = SCHEMES

    store: str = Field(description="sqlite:///<path of the database file>, or postgresql://… of the application role")
    migrate_store: str | None = Field(None, description="postgresql://… of the migrating role; for migrate only")
    nats_url: str = Field(description="nats://<host>:<port>")
    issuer: str = Field(description="URL of the OpenID Connect issuer whose tokens are taken")
    keys: Path = Field(description="folder of the service's keys, 0700, backed up apart from the database")
    clock: str = Field("system", description="system, or shared:<path> in the embedded mode")
    county: str = Field(description="6-digit code of the county, e.g. 220822")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(description="port to listen on")
    log_name: str | None = Field(default=None, description="name of the evidence log; else baoxue/<county>/<service>")
    log_key: SecretStr | None = Field(
        default=None, description="base64 of 32 bytes; else <keys>/<service>.log-key, made once"
    )
    seal_limit: float = Field(
        default=60, ge=0, description="seconds of unsealed events before commands are refused; 0: never"
    )

    @field_validator("store")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if not value.startswith(cls.schemes):
            message = f"must begin with {' or '.join(cls.schemes)}"
            raise ValueError(message)
        return value

    @field_validator("migrate_store")
    @classmethod
    def _known_migrate_store(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(POSTGRES):
            message = f"must begin with {POSTGRES}"
            raise ValueError(message)
        return value

    @field_validator("county")
    @classmethod
    def _county_code(cls, value: str) -> str:
        if level(value) != "county":
            message = "must be a county's code of 6 digits"
            raise ValueError(message)
        return value

    @field_validator("clock")
    @classmethod
    def _known_clock(cls, value: str) -> str:
        clock_from(value)
        return value

    @property
    def store_path(self) -> Path:
        """The database file of the embedded store."""
        return path_of(self.store)


def settings_of(service: str) -> ServiceSettings:
    """Exit status 2 with one line per wrong or missing setting: its name, what is wrong, what to write."""
    prefix = f"BAOXUE_{service.upper()}_"
    try:
        return ServiceSettings(_env_prefix=prefix)  # type: ignore[call-arg]
    except ValidationError as error:
        for problem in error.errors():
            name = str(problem["loc"][0])
            wanted = ServiceSettings.model_fields[name].description
            sys.stderr.write(f"设置有误 / setting {prefix}{name.upper()}: {problem['msg']}. 应为 / write: {wanted}\n")
        raise SystemExit(2) from None
