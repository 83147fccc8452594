# Every command of the project; `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check -q install
# Tests and demo start the hub many times, which would compile it anew each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-long test-postgres check bench oracle peers install install-dev system-packages locks parity cluster-demo

help: ## what can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: install ## install, make the province, build the hub, serve http://127.0.0.1:8400
	@$(BIN)/lingnan demo --home hub

install: $(VENV)/.demo ## the hub and the made province, into .venv

install-dev: $(VENV)/.dev ## the same with everything tests and checks need

$(VENV)/bin/python:
	@(command -v $(PYTHON) >/dev/null && $(PYTHON) -m venv $(VENV)) || python3 -m venv $(VENV)

# The demo shows models that learn and reports as PDF; the hub stands without either.
$(VENV)/.demo: locks/world.txt locks/models.txt locks/reports.txt pyproject.toml | $(VENV)/bin/python
	@echo "安装依赖 installing…"
	@$(PIP) --require-hashes $(addprefix -r ,$(filter locks/%,$^))
	@$(PIP) --no-deps -e .
	@touch $@

$(VENV)/.dev: locks/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "安装开发依赖 installing with development tools…"
	@$(PIP) --require-hashes -r locks/dev.txt
	@$(PIP) --no-deps -e .
	@touch $@ $(VENV)/.demo

system-packages: ## Debian packages that tests use; says what is missing when not root
	@tools/system-packages.sh

test: install-dev system-packages ## all checks and tests (under 15 minutes)
	@$(BIN)/ruff check src tests benchmarks tools
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --durations 40  # on two cores: browsers, brokers and killed processes leave a quarter of them waiting

test-long: install-dev system-packages oracle ## the full counts of every promise
	@LINGNAN_LONG=1 $(BIN)/pytest -n 2 --dist loadfile

test-postgres: install-dev system-packages ## every test again, each hub on a PostgreSQL of its own
	@LINGNAN_TEST_STORAGE=postgres $(BIN)/pytest -n 2 --dist loadfile

check: install-dev ## format, lint, types, floors and the fast tests
	@$(BIN)/ruff check src tests benchmarks tools
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q -n 2 -m "not browser and not postgres and not spark"

oracle: .oracle/.ready ## the reference tool of the contract standard, in an environment of its own that only test-long needs

.oracle/.ready: tools/oracle.txt
	@$(PYTHON) -m venv .oracle && .oracle/bin/pip --disable-pip-version-check -q install -r $<
	@touch $@

peers: .peers/.ready .peers-pmf/.ready ## the tools that benchmarks compare with, in environments of their own

.peers/.ready: tools/peers.txt
	@$(PYTHON) -m venv .peers && .peers/bin/pip --disable-pip-version-check -q install -r $<
	@touch $@

.peers-pmf/.ready: tools/peers-pmf.txt
	@$(PYTHON) -m venv .peers-pmf && .peers-pmf/bin/pip --disable-pip-version-check -q install -r $<
	@touch $@

parity: install-dev ## the same home on both engines, every table compared (by hand; Spark takes long on one machine)
	@$(BIN)/python benchmarks/parity.py

cluster-demo: install-dev ## PostgreSQL, a cluster of two workers and the hub on this machine; one Ctrl-C ends all
	@$(BIN)/python tools/cluster_demo.py

bench: install-dev ## every promise of speed and memory, as a table with ratios
	@$(BIN)/python -m benchmarks

locks: ## renew the lock files (needs uv)
	@tools/lock.sh
