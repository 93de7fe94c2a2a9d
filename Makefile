# What people do with this checkout. `make run` and `make test` need Python 3.11+ and git, nothing else.
PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run first-look serve demo check test test-slow chromium bench bench-detection lint catalogue

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 18

$(BIN)/.runtime: requirements.txt
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, found $$($(PY) -V)"; rm -rf .venv; exit 2; }
	@echo "Installing what the product runs on (once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(BIN)/.development: requirements.txt requirements-dev.txt $(BIN)/.runtime
	@echo "Installing what the tests need (once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(BIN)/.runtime ## the dashboard on 127.0.0.1:8501, with an invented team where nothing was loaded
	@$(PY) -m warehouse demo --if-empty --events 300000
	@test -n "$$LEDGER_URL" -o -e var/ledger.sqlite || $(MAKE) --no-print-directory first-look
	@$(PY) -m dashboard serve

first-look: # what the pages show beside the figures: forecasts and flags. Critical flags are no error here.
	@echo "Looking at the data for the first time: forecasts, then checks ..."
	@$(PY) -m warehouse forecast
	@$(PY) -m data_checks run --no-notify || test $$? -eq 1

serve: $(BIN)/.runtime ## the dashboard on what was loaded
	@$(PY) -m dashboard serve

demo: $(BIN)/.runtime ## an invented team of a million events; ARGS="--events N --seed S --replace"
	@$(PY) -m warehouse demo $(ARGS)

check: $(BIN)/.runtime ## write the forecasts, run every check suite, open and close flags, notify
	@$(PY) -m warehouse forecast
	@$(PY) -m data_checks run

chromium: # a browser for the tests that drive the real app
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "Installing Chromium from the system's packages ..." && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
	  { echo "The browser tests need Chromium: install it, e.g. sudo apt-get install chromium"; exit 2; }

test: $(BIN)/.development chromium ## every test but the slow ones, on three engines and in a browser
	@$(PY) -m pytest -n 2 --dist loadgroup -m "not slow" $(ARGS)

test-slow: $(BIN)/.development chromium ## the tests that take minutes
	@$(PY) -m pytest -m slow $(ARGS)

bench: $(BIN)/.development ## load, refresh and page queries at 1 and 10 million events
	@$(PY) -m bench $(ARGS)
	@$(PY) -m bench.forecast

bench-detection: $(BIN)/.development ## the detector on worlds with known truth
	@$(PY) -m bench.detection $(ARGS)

lint: $(BIN)/.development ## ruff: format and lint
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

catalogue: $(BIN)/.development ## write queries/README.md and the lock of fingerprints anew
	@$(PY) -m warehouse.catalogue
	@$(PY) -m tests.lock --write
