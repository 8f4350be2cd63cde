"""Typed settings of a service, from the environment, checked at start in the reader's words."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from baoxue_shared.area import level
from baoxue_shared.clock import clock_from
from baoxue_shared.evidence.note import BadNoteError
from baoxue_shared.evidence.peers import read_peers
from baoxue_shared.fields import field_problem
from baoxue_shared.history.opening import POSTGRES, SCHEMES, path_of


class ServiceSettings(BaseSettings):
    """`BAOXUE_<SERVICE>_STORE` and so on; see the service's env example."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)
    schemes: ClassVar[tuple[str, ...]] = SCHEMES

    store: str = Field(description="sqlite:///<文件 / file>, postgresql://…（应用角色 / application role）")
    migrate_store: str | None = Field(None, description="postgresql://…（迁移角色 / migrating role; for migrate）")
    app_password: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="应用角色的口令 / the application role's password; for migrate",
    )
    nats_url: str = Field(description="nats://<host>:<port>")
    issuer: str = Field(description="统一认证（OpenID Connect）签发方网址 / URL of the issuer whose tokens are taken")
    keys: Path = Field(description="密钥目录，单独备份 / folder of the keys, 0700, backed up apart")
    clock: str = Field("system", description="system；嵌入模式 / embedded mode: shared:<路径 / path>")
    county: str = Field(description="县的 6 位区划代码 / the county's code of 6 digits, 220822")
    host: str = Field("127.0.0.1", description="监听地址 / address to listen on, 127.0.0.1")
    port: int = Field(description="监听端口 / port to listen on, 8402")
    log_name: str | None = Field(
        default=None, description="证据日志的名称 / name of the evidence log; else baoxue/<county>/<service>"
    )
    log_key: SecretStr | None = Field(
        default=None, description="32 字节的 base64 / base64 of 32 bytes; else <keys>/<service>.log-key, made once"
    )
    seal_limit: float = Field(
        default=60, ge=0, description="秒；封存滞后至此即停办 / seconds unsealed before commands are refused; 0: never"
    )
    witness_key: SecretStr | None = Field(
        default=None, description="32 字节的 base64 / base64 of 32 bytes; else <keys>/<service>.witness-key, made once"
    )
    witness_state: Path | None = Field(
        default=None, description="见证记忆的文件 / file of what was cosigned; else <keys>/<service>.witness.sqlite3"
    )
    witnessed: str = Field(default="", description="所见证的日志 / logs it cosigns: <公钥 / key> <网址 / url>, …")
    witnesses: str = Field(
        default="", description="本日志的见证方 / witnesses of its own log: <公钥 / key> <网址 / url>, …"
    )
    quorum: int = Field(default=0, ge=0, description="检查点所需见证数 / cosignatures that a checkpoint needs, 0, 2")
    cosign_limit: float = Field(
        default=86400,
        ge=0,
        description="秒；无人见证至此即停办 / seconds uncosigned before commands are refused; 0: never",
    )
    alarm_url: str | None = Field(
        default=None, description="督导服务网址 / address of oversight, which hears what was refused"
    )

    @field_validator("witnessed", "witnesses")
    @classmethod
    def _readable_peers(cls, value: str) -> str:
        try:
            read_peers(value)
        except BadNoteError as error:
            message = f"公钥或网址不对 / not <key> <url>: {error}"
            raise ValueError(message) from error
        return value

    mappings: Path | None = Field(None, description="folder of the county's own mapping files (TOML) for registers")
    public_url: str | None = Field(None, description="https://… under which the public reaches the service: on papers")

    @field_validator("store")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if not value.startswith(cls.schemes):
            message = f"开头不对 / must begin with {', '.join(cls.schemes)}"
            raise ValueError(message)
        return value

    @field_validator("migrate_store")
    @classmethod
    def _known_migrate_store(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(POSTGRES):
            message = f"开头不对 / must begin with {POSTGRES}"
            raise ValueError(message)
        return value

    @field_validator("county")
    @classmethod
    def _county_code(cls, value: str) -> str:
        if level(value) != "county":
            message = "不是县的代码 / not a county's code"
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


def _told(problem: Mapping[str, Any]) -> str:
    zh = field_problem(problem)
    return zh if problem["type"] == "value_error" else f"{zh} / {problem['msg']}"


def settings_of(service: str) -> ServiceSettings:
    """Exit status 2 with one line per wrong or missing setting: its name, what is wrong, what to write."""
    prefix = f"BAOXUE_{service.upper()}_"
    try:
        return ServiceSettings(_env_prefix=prefix)  # type: ignore[call-arg]
    except ValidationError as error:
        for problem in error.errors():
            name = str(problem["loc"][0])
            wanted = ServiceSettings.model_fields[name].description
            sys.stderr.write(f"设置有误 / setting {prefix}{name.upper()}: {_told(problem)}。应为 / write: {wanted}\n")
        raise SystemExit(2) from None
