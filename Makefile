# Every target uses one environment, .venv, made from uv.lock. `make demo` and `make test` are all a newcomer needs.
SHELL := /bin/bash
PY := .venv/bin/python
MAKAZI := .venv/bin/makazi
PYTEST := $(PY) -m pytest
READY := .venv/.ready
# The tablet's window without a screen: real GL, no X server (see docs/decisions/0003-window-tests-offscreen.md).
HEADLESS := KIVY_NO_ARGS=1 KIVY_NO_FILELOG=1 KIVY_LOG_MODE=PYTHON KIVY_HOME=$(CURDIR)/.kivy-ci SDL_VIDEODRIVER=offscreen SDL_AUDIODRIVER=dummy

.PHONY: help demo test lint types layers unit window docs format conformance bench bench-engine fuzz-forms shots wheel clean

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(READY): pyproject.toml uv.lock .ci/bootstrap
	@bash .ci/bootstrap
	@touch $(READY)

demo: $(READY)  ## One interview from touch to published table, then a survey (under 4 minutes)
	@$(MAKAZI) demo --out demo-out

test: lint types layers unit window docs  ## Everything that CI runs

lint: $(READY)  ## ruff: format and rules
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .

types: $(READY)  ## mypy --strict over the four rooms
	@$(PY) -m mypy

layers: $(READY)  ## import contracts between the rooms
	@.venv/bin/lint-imports

unit: $(READY)  ## unit, contract, property, architecture and flow tests
	@$(PYTEST) -q -n 2 -m "not window" --ignore=tests/docs tests

window: $(READY)  ## the tablet's real window, offscreen: taps and keys
	@$(HEADLESS) $(PYTEST) -q -m window tests

docs: $(READY)  ## shell blocks of README and docs, and that the docs name what exists
	@$(PYTEST) -q tests/docs

conformance: $(READY)  ## Cases of the public engines, from ../shared/conformance or $$MAKAZI_SHARED
	@$(PY) -m tests.conformance

bench: bench-engine  ## Every benchmark, with machine and versions; quote ratios of one run

bench-engine: $(READY)  ## Our engine beside JavaRosa and Web Forms' engine, and the goals
	@$(PY) -m tests.bench $(BENCH)

fuzz-forms: $(READY)  ## Hostile and damaged forms: inputs tried, and failures
	@$(PY) -m tests.fuzz $(FUZZ)

shots: $(READY)  ## Draw the pictures of docs/pictures anew
	@$(HEADLESS) $(PY) -m tests.support.pictures docs/pictures

format: $(READY)  ## Let ruff rewrite the layout; write docs/problems.md from the catalogues
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .
	@$(PY) -m tests.docs.problems_page

wheel: $(READY)  ## Build the distribution (kept private: see the upload classifier)
	@.venv/bin/uv build --wheel --out-dir dist

clean:  ## Remove the environment and everything made by running
	rm -rf .venv .kivy-ci demo-out dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
