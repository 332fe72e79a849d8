# The commands of a working day. `make` alone lists them. Needs GNU make, Python 3.11+ and the Python package index.

STACK  ?= staging
ENGINE ?= embedded
RUNTIME ?=
NAME   ?=
COMPOSE ?=
PYTHON ?= python3

VENV      := .venv
BIN       := $(VENV)/bin
RUN       := $(BIN)/python -m
INSTALLED := $(VENV)/.installed

# Without compiled files every start takes seconds longer, whatever the shell that calls us has set.
unexport PYTHONDONTWRITEBYTECODE
# The lock files' first lines name the command that writes them.
export UV_CUSTOM_COMPILE_COMMAND := make lock

.DEFAULT_GOAL := help
.PHONY: help up serve doctor test check format bench docs golden lock validate new-system new-component clean

help: ## List every target
	@echo "Slipway: web systems on AWS from one description"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  STACK=staging (or production)   ENGINE=embedded (or pulumi)   PYTHON=python3"
	@echo "  RUNTIME=eks (or fargate; for up, serve and validate, by default what the stack file says)"

up: $(INSTALLED) ## Deploy STACK to the sandbox, check it, say what it built
	@$(RUN) sandbox up --stack $(STACK) --engine $(ENGINE) $(if $(RUNTIME),--runtime $(RUNTIME))

serve: $(INSTALLED) ## Deploy STACK and keep the sandbox's AWS endpoint up
	@$(RUN) sandbox serve --stack $(STACK) $(if $(RUNTIME),--runtime $(RUNTIME))

doctor: $(INSTALLED) ## Compare what runs in AWS with what STACK asks for
	@$(RUN) tools.doctor --stack $(STACK)

test: $(INSTALLED) ## Run all tests (no account, no network)
	@$(RUN) pytest -n auto

check: $(INSTALLED) ## Lint, check types, spelling and the generated docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/basedpyright
	@$(BIN)/codespell
	@$(RUN) tools.gendocs --check

format: $(INSTALLED) ## Format the code and fix what the linter can fix
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(INSTALLED) ## Measure the promises about speed
	@$(RUN) tools.bench

docs: $(INSTALLED) ## Write the generated pages and JSON Schemas under docs/
	@$(RUN) tools.gendocs

golden: $(INSTALLED) ## Write the golden resource graphs anew; review their diff
	@UPDATE_GOLDEN=1 $(RUN) pytest tests/program

lock: $(INSTALLED) ## Pin requirements*.in with hashes into requirements*.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt

validate: $(INSTALLED) ## Read the description of every stack and name its mistakes, in a second
	@$(RUN) tools.new_system --check $(if $(RUNTIME),--runtime $(RUNTIME))

new-system: $(INSTALLED) ## Describe a new system: asks, or reads COMPOSE=docker-compose.yml NAME=shop
	@$(RUN) tools.new_system $(if $(COMPOSE),--compose $(COMPOSE)) $(if $(NAME),--name $(NAME))

new-component: $(INSTALLED) ## Start the component NAME=queue: class, example, test, page
	@$(RUN) tools.new_component $(NAME)
	@$(RUN) tools.gendocs

clean: ## Remove the virtual environment, build/ and every cache
	rm -rf $(VENV) build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last: an install that was interrupted starts again. pip compiles one file at a time, so it is
# told not to and compileall does it on every core. A wheel may carry a template that is no Python: not our failure.
$(INSTALLED): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Slipway needs Python 3.11 or newer, and '$(PYTHON)' is not: $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Install one, or name the one to use: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV) (once, some minutes) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) pip install --quiet --disable-pip-version-check --no-compile --require-hashes \
	  -r requirements.txt -r requirements-dev.txt
	@$(RUN) compileall -qq -j 0 $(VENV)/lib || true
	@touch $@
