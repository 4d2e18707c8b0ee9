# Everything runs in .venv, which is made when it is missing or older than the files it is made from.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test setup check cover bench clean

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(STAMP)  ## Set up, start PostgreSQL and watch an agent learn (no keys needed)
	@$(BIN)/atlas quickstart

test: check  ## Set up and run lint, types and the whole suite
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(STAMP)  ## Lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

cover: $(STAMP)  ## The suite with line coverage
	$(BIN)/python -m pytest --cov=atlas --cov-report=term-missing:skip-covered

bench: $(STAMP)  ## Speed, each figure a ratio to a floor measured in the same run
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

setup: $(STAMP)  ## Make .venv with everything the tests need

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: Python 3.11 or newer is needed; name one with PYTHON=/path/to/python3"; exit 2; }
	@echo "Making $(VENV) (once)..."
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "error: '$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt-get install python3-venv"; exit 2; }
	@if command -v uv >/dev/null 2>&1; then \
		uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[dev,litellm]'; \
	else \
		$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev,litellm]'; \
	fi
	@touch $(STAMP)

clean:  ## Remove .venv and everything the runs wrote
	rm -rf $(VENV) artifacts results .mypy_cache .ruff_cache .pytest_cache .hypothesis
