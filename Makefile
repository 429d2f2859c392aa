# A newcomer needs two lines of this file: `make demo` and `make test`.
# The first Python here that is new enough; another one: make demo PYTHON=/path/to/python3
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done),python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Many tests wait for other processes, so half as many again as there are cores run side by side.
WORKERS := $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) * 3 // 2)')

.PHONY: demo demo-story taps test browser bench faults check run lock format migration clean

$(READY): locks/dev.txt pyproject.toml
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { echo "Banxue needs Python 3.11 or newer: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

demo: $(READY)  ## the bot in a chat client of your browser, until Ctrl-C; no token, no network, no .env
	$(BIN)/python -m simulator

demo-story: $(READY)  ## five weeks of three branches, printed as they happen
	$(BIN)/python -m simulator story

taps: $(READY)  ## a week over the simulator; fails where people must tap, type or read too much
	$(BIN)/python -m simulator.taps

test: $(READY)  ## a file of them at once in each process, in their own order: the longest files have few tests
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder

browser: $(READY)  ## the page in a real browser; needs Chromium, and axe-core to look for what keeps people out
	$(BIN)/python -m pytest tests/browser --numprocesses=2 --dist=loadfile

faults: $(READY)  ## everything that can go wrong, at full length: about three quarters of an hour
	$(BIN)/python -m pytest tests/faults --long --numprocesses=2 --dist=loadfile
	$(BIN)/python -m tests.faults.mutations

bench: $(READY)  ## ours beside its peers in one run; prints a table
	$(BIN)/python -m tests.bench

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

run: $(READY)
	$(BIN)/python -m bot run

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

migration: $(READY)  ## the step from the migrations so far to the tables: make migration m="what changes"
	$(BIN)/python -m storage.migrate "$(m)"

lock:  ## needs uv on the path
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra reports pyproject.toml -o locks/run.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra reports --group dev pyproject.toml -o locks/dev.txt

clean:
	rm -rf $(VENV) demo-out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
