# Backfile: everything a developer types. `make` alone lists it.
VENV := .venv
BIN := $(VENV)/bin
RELOADED := .venv-whoosh-reloaded
export BACKFILE_TEST_DATA ?= $(abspath ../shared/data)
# Keeps pip quiet about itself; everything else it says is shown.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help demo install check test test-long test-whoosh-reloaded coverage bench bench-ingest format clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 24

$(VENV)/.made:
	.ci/venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.tests-installed: $(VENV)/.installed
	$(BIN)/pip install --quiet -c constraints.txt -e '.[test]'
	@touch $@

install: $(VENV)/.installed ## make .venv and install Backfile into it

demo: $(VENV)/.installed ## index the sample articles and serve them at http://127.0.0.1:8000
	$(BIN)/backfile demo

check: $(VENV)/.tests-installed ## lint, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: check ## everything that must pass before a commit, under ten minutes
	.ci/browser $(BIN)
	$(BIN)/pytest -m "not long" -n auto --dist loadfile

$(VENV)/.ner-installed: $(VENV)/.tests-installed
	$(BIN)/pip install --quiet -c constraints.txt -e '.[ner-test]'
	@touch $@

test-long: check $(VENV)/.ner-installed ## and the long tests: real corpora, judged sets, kills, a spaCy model
	.ci/browser $(BIN)
	$(BIN)/pytest

# Both libraries install a package named whoosh, so one has to go before the other comes.
$(RELOADED)/.installed: pyproject.toml constraints.txt
	.ci/venv $(RELOADED)
	$(RELOADED)/bin/pip install --quiet -c constraints.txt -e . pytest hypothesis
	$(RELOADED)/bin/pip uninstall --quiet --yes whoosh3
	$(RELOADED)/bin/pip install --quiet --force-reinstall -c constraints.txt whoosh-reloaded
	@touch $@

test-whoosh-reloaded: $(RELOADED)/.installed ## the tests that meet Whoosh, on whoosh-reloaded in the place of whoosh3
	$(RELOADED)/bin/python -m pytest -m "not long" tests/index tests/search tests/web

coverage: $(VENV)/.tests-installed ## branch coverage of the quick tests
	$(BIN)/pytest -m "not long and not browser" --cov --cov-report=term-missing:skip-covered

$(VENV)/.bench-installed: $(VENV)/.installed
	$(BIN)/pip install --quiet -c constraints.txt -e '.[bench]'
	@touch $@

bench: $(VENV)/.bench-installed ## measure against other engines; make bench BENCH=--help lists what can be chosen
	PYTHONPATH=tests $(BIN)/python -m bench $(BENCH)

bench-ingest: $(VENV)/.installed ## measure how fast the real corpora are parsed and enriched
	PYTHONPATH=tests $(BIN)/python -m bench.ingest $(BENCH)

format: $(VENV)/.tests-installed ## format the code and sort the imports
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment and everything that was built
	rm -rf $(VENV) $(RELOADED) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
