"""Env examples, compose file and Dockerfile speak of the settings that the services have."""

import re
from pathlib import Path

import pytest
import yaml
from baoxue_deploy.places import SERVICES
from baoxue_shared.settings import ServiceSettings

DEPLOY = Path(__file__).parents[2] / "deploy"


def example(service):
    lines = (DEPLOY / f"{service}.env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("service", SERVICES)
def test_an_env_example_is_taken_as_it_stands(service, monkeypatch):
    for name, value in example(service).items():
        monkeypatch.setenv(name, value)
    settings = ServiceSettings(_env_prefix=f"BAOXUE_{service.upper()}_")
    assert settings.port == SERVICES[service]
    text = (DEPLOY / f"{service}.env.example").read_text("utf-8")
    named = re.findall(rf"^(?:# )?BAOXUE_{service.upper()}_(\w+)=", text, re.MULTILINE)
    assert sorted(map(str.lower, named)) == sorted(ServiceSettings.model_fields)


def test_the_compose_file_runs_every_service_after_its_migration():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    for service, port in SERVICES.items():
        assert services[service]["build"]["args"] == {"SERVICE": service}
        assert f"127.0.0.1:{port}:{port}" in services[service]["ports"]
        assert services[f"{service}-migrate"]["command"] == ["migrate"]
        assert f"{service}-migrate" in services[service]["depends_on"]


def test_the_dockerfile_installs_one_service_and_shared_only():
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert "ARG SERVICE" in text
    assert "./shared ./services/${SERVICE}" in text
