# Every target sets up what it needs. `make` alone lists the targets.
#
# Needs python3.11, git, make, gcc and a package index. The usual variables choose the index
# (PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, PIP_FIND_LINKS, UV_DEFAULT_INDEX, ...); nothing here names a host.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3.11
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CLUSTER := .venv-cluster

# Both installers shall look where either of them is told to.
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
export UV_INDEX ?= $(PIP_EXTRA_INDEX_URL)
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
$(foreach name,UV_DEFAULT_INDEX UV_INDEX UV_FIND_LINKS,$(if $($(name)),,$(eval unexport $(name))))
export UV_LINK_MODE ?= copy
export PYTHONUTF8 := 1
export DO_NOT_TRACK := 1

MOBILITY_HOME ?= $(CURDIR)/var
ARGS ?=
TESTS := $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder --durations 15

.PHONY: help run sample test test-all test-long mutation sequences kills grow lint ui rooms generate lock bench clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	@echo "setting up $(VENV) (once per change of the lock)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test "$$($(BIN)/uv --version 2>/dev/null | cut -d' ' -f2)" = $(UV_VERSION) || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m orchestration.warehouse.project
	@touch $@

run: $(READY) ## Everything: sources, warehouse, candidate, gate, release (ARGS="--no-publish" ...)
	@$(BIN)/mobility run $(ARGS)

sample: $(READY) ## The same for the invented state, in its own channel
	@$(BIN)/mobility run --sample $(ARGS)

test: $(READY) ## All tests but a few long ones (ARGS="tests/unit -k gate" for some)
	@$(TESTS) -m "not long" $(ARGS)

test-all: $(READY) ## All tests
	@$(TESTS) $(ARGS)

test-long: $(READY) ## The long ones alone: whole runs once more, whose parts `make test` proves one by one
	@$(TESTS) -m long $(ARGS)

lint: $(READY) ## Style of Python and SQL, types, imports between rooms, dbt project, Dagster definitions, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests
	$(BIN)/python -m orchestration.maintain.generate --check
	scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; \
	export MOBILITY_HOME="$$scratch" DAGSTER_HOME="$$scratch"; \
	printf 'telemetry:\n  enabled: false\n' > "$$scratch/dagster.yaml"; \
	DBT_LOG_PATH="$$scratch" DBT_TARGET_PATH="$$scratch/target" \
	$(BIN)/dbt --quiet parse --project-dir dbt_project --profiles-dir dbt_project; \
	$(BIN)/dg check defs

ui: $(READY) ## Dagster's pages, with the runs of the command (stop with Ctrl-C)
	@export MOBILITY_HOME="$(MOBILITY_HOME)" VIRTUAL_ENV="$(CURDIR)/$(VENV)"; \
	DAGSTER_HOME="$$($(BIN)/python -m orchestration.dagster.home)" $(BIN)/dg dev $(ARGS)

rooms: $(READY) ## Print the arrows between the rooms of orchestration/ and their lines (ARGS=FOLDER for another checkout)
	@$(BIN)/python orchestration/maintain/rooms.py $(ARGS)

generate: $(READY) ## Write the SQL and pages that are generated from the seeds
	@$(BIN)/python -m orchestration.maintain.generate

lock: ## Write requirements.lock anew from pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip compile pyproject.toml --quiet --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header -o requirements.lock

mutation: $(READY) ## Damage the current national release in 78 ways; the gate must catch each by the right rule
	@$(BIN)/python -m tests.mutation $(ARGS)

sequences: $(READY) ## 50 random changes: what is carried over must be what a fresh build, candidate or look gives
	@MOBILITY_SEQUENCES=50 nice $(BIN)/python -m pytest -n 2 -q tests/integration/gate/test_carried_over.py tests/integration/release/test_taken_over.py \
		tests/integration/dagster/test_as_far_as_rows_differ.py $(ARGS)

kills: $(READY) ## Kill build, publish, push and rollback 50 times on a copy of the national home; a table of what stayed
	@$(BIN)/python -m tests.kills $(ARGS)

$(CLUSTER)/.ready: requirements.lock pyproject.toml | $(READY)
	@echo "setting up $(CLUSTER), with the extra \`cluster\`"
	@test -x $(CLUSTER)/bin/python || $(BIN)/uv venv --quiet --python $(PYTHON) $(CLUSTER)
	@$(BIN)/uv pip sync --quiet --python $(CLUSTER)/bin/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(CLUSTER)/bin/python --no-build-isolation \
		--constraint requirements.lock --editable '.[cluster]'
	@touch $@

grow: $(READY) $(CLUSTER)/.ready ## Beyond one machine, on one: store, database, broker, workers, faults, release (docs/growing.md)
	@$(CLUSTER)/bin/python -m tests.growing $(ARGS)

bench: $(READY) ## Time and memory beside an earlier commit, in turns; writes docs/benchmarks.md (ARGS=--help)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

clean: ## Remove what tools leave behind; releases and raw files in var/ stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist logs dbt_project/target dbt_project/logs
	@find . -path ./$(VENV) -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf
