# Two commands are the front door: `make run` and `make test`. Each sets up all it needs.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
UV := UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 VIRTUAL_ENV=.venv .venv/bin/uv
PARTS := shared services/enrollment services/cases services/aid services/oversight deploy
SEED ?= 1
CHILDREN ?= 2000
KILLS ?= 20
STORE ?= sqlite
READY := .venv/.ready

.PHONY: help run test check bench chaos lock

help:
	@echo "make run [EXIT=1] [SEED=n] [CHILDREN=n]   set up and run the demonstration; STORE=postgresql for that store"
	@echo "make test                                 set up and run the tests"
	@echo "make check                                style, types, layers"
	@echo "make chaos [SEED=n] [KILLS=n]             kill -9 of every process under load; nothing may be lost or doubled;"
	@echo "                                          STORE=postgresql kills that server too"
	@echo "make bench [ONLY=append] [QUICK=1]        ours beside a peer in the same run; writes var/bench.json"
	@echo "make lock                                 pin dependencies anew (requirements.lock)"

$(READY): requirements.lock pyproject.toml $(PARTS:%=%/pyproject.toml)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found on PATH"; exit 3; }
	"$(PYTHON)" -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(UV) pip install --quiet --require-hashes -r requirements.lock
	$(UV) pip install --quiet --no-deps --no-build-isolation $(PARTS:%=-e ./%)
	@touch $@

run: $(READY)
	.venv/bin/baoxue demo --seed $(SEED) --children $(CHILDREN) --store $(STORE) $(if $(EXIT),--exit,)

test: $(READY)
	.venv/bin/pytest -n 2

check: $(READY)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy shared/src services/*/src deploy/src
	.venv/bin/pyright
	.venv/bin/lint-imports
	.venv/bin/vulture
	@for part in $(PARTS); do .venv/bin/deptry $$part/src --config $$part/pyproject.toml || exit 1; done

chaos: $(READY)
	.venv/bin/baoxue chaos --seed $(SEED) --kills $(KILLS) --store $(STORE)

bench: $(READY)
	ONLY="$(ONLY)" QUICK="$(QUICK)" .venv/bin/python -m tests.benchmarks

lock:
	.venv/bin/uv lock --quiet
	.venv/bin/uv export --quiet --all-packages --all-groups --no-emit-workspace --no-header --format requirements-txt -o requirements.lock
