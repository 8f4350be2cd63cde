"""The embedded mode's witnesses: each service signs for the three others, and two of them make a checkpoint count."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from baoxue_shared.evidence.keys import SigningKeys, log_key_file, witness_key_file
from baoxue_shared.evidence.note import COSIGNER, LOG
from baoxue_shared.evidence.policy import Policy, TrustedLog, write_policy

COUNTY = "220822"
QUORUM = 2


def log_name(service: str) -> str:
    return f"baoxue/{COUNTY}/{service}"


def log_keys(keys: Path, service: str) -> tuple[str, ...]:
    """Made now if they are not there."""
    found = SigningKeys.open_file(log_key_file(keys, service), LOG).public(log_name(service))
    return tuple(map(str, found))


def witness_keys(keys: Path, service: str) -> tuple[str, ...]:
    """Made now if they are not there."""
    found = SigningKeys.open_file(witness_key_file(keys, service), COSIGNER).public(f"{log_name(service)}/witness")
    return tuple(map(str, found))


def evidence_settings(keys: Path, service: str, urls: Mapping[str, str]) -> dict[str, str]:
    """A service's settings as a log and as a witness."""
    others = {name: url for name, url in urls.items() if name != service}
    logs = [f"{key} {url}" for name, url in others.items() for key in log_keys(keys, name)]
    witnesses = [f"{key} {url}/witness" for name, url in others.items() for key in witness_keys(keys, name)]
    return {
        "WITNESSED": ",".join(logs),
        "WITNESSES": ",".join(witnesses),
        "QUORUM": str(QUORUM),
        "ALARM_URL": urls["oversight"],
    }


def trust_policy(keys: Path, services: Iterable[str]) -> Policy:
    """Public keys only. No age limit: the embedded mode's clock is simulated."""
    names = tuple(services)
    logs = {
        name: TrustedLog(
            origin=log_name(name),
            keys=log_keys(keys, name),
            witnesses=tuple(other for other in names if other != name),
            quorum=QUORUM,
        )
        for name in names
    }
    return Policy(logs=logs, witnesses={name: witness_keys(keys, name)[-1] for name in names})


def write_trust_policy(path: Path, keys: Path, services: Iterable[str]) -> None:
    write_policy(path, trust_policy(keys, services))
