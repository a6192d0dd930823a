# Mayfly. `make` prints the targets; `make run` and `make test` set up all they need by themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export CDK_DISABLE_CLI_TELEMETRY := true

.DEFAULT_GOAL := help
.PHONY: help run test check format synth bench load growth cost layers lock clean

help: ## print the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(VENV)/.local ## SMTP on 2525, HTTP on 5000, WebSocket on 8080: the whole service on this machine
	@exec $(BIN)/python -m infra.local

test: $(VENV)/.dev ## run all tests (pass options with ARGS="-k word")
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev ## rewrite the code in the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

synth: $(VENV)/.dev layers ## write the CloudFormation template to cdk.out, offline
	$(BIN)/python app.py

bench: $(VENV)/.dev ## print the figures, one JSON line each
	$(BIN)/python -m bench

load: $(VENV)/.dev ## load this machine's Mayfly for minutes: MAILS=10000 SENDERS=16 INBOXES=500 SECONDS=900
	@$(BIN)/python -m bench.load $(foreach size,MAILS SENDERS INBOXES READERS SOCKETS SECONDS,$(if $($(size)),$(size)=$($(size))))

growth: $(VENV)/.dev ## what 100,000 stored messages cost, and how they feel
	@$(BIN)/python -m bench growth felt

cost: $(VENV)/.dev ## measure what a mail takes, and write docs/cost.md
	@$(BIN)/python -m bench.cost

layers: $(VENV)/.dev ## build the vendor layer for Lambda (arm64) from the lock file
	$(BIN)/python -m infra.cloud.vendor

lock: $(VENV)/.dev ## write requirements/*.txt from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) --all-extras -o requirements/dev.txt
	$(BIN)/uv pip compile $(LOCK) --extra local -c requirements/dev.txt -o requirements/local.txt
	$(BIN)/uv pip compile $(LOCK) -c requirements/dev.txt -o requirements/runtime.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet pyproject.toml

clean: ## remove what the other targets made
	rm -rf $(VENV) cdk.out layers/vendor/python .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Mayfly needs Python 3.11 or newer: set PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Mayfly needs Python 3.11 or newer, this is $$($(PYTHON) -V): set PYTHON=/path/to/python3"; exit 1; }
	@echo "Making $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.local: requirements/local.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the service needs (once)"
	@$(PIP) install --require-hashes -r requirements/local.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.local
	@echo "Installing what the tests need (once)"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@
