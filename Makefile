# PyPI Stats on one machine; `make` alone lists the targets.
# Wanted: Python 3.11, make, bash and the package registries. All paths are relative, for the
# checkout may lie below a folder with spaces in its name.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

python := .venv/bin/python
members := $(wildcard libs/* services/*) tools
projects := $(wildcard $(members:%=%/pyproject.toml))
sources := $(wildcard $(members:%=%/src))
tests := $(wildcard $(members:%=%/tests))
pytest := $(python) -m pytest -q
# Tests of whole stacks wait for a good part of their time, so three at once fill two cores; they
# come first, so that none is left alone at the end.
side_by_side := -n 3 --dist loadfile --no-loadscope-reorder

# A line that names MAKE runs even with -n, so what `lint` and `test` share is a variable.
style = $(python) -m ruff check . && \
	$(python) -m ruff format --check . && \
	$(python) -m mypy $(sources) bench && \
	.venv/bin/oxlint frontend/js && \
	$(python) -m devstack.codegen.generated --check && \
	$(python) -m checks.secrets && \
	$(python) -m checks.audit --where-at-hand

find_python = $(shell for each in python3.11 python3; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
	&& echo "$$each" && break; done)
no_python = echo "error: PyPI Stats needs Python 3.11, as python3.11 or python3" >&2; exit 1

# uv keeps what it downloaded below the home folder; some users have none.
ifneq ($(shell test -w "$${HOME:-/nonexistent}" && echo yes),yes)
export UV_CACHE_DIR := .venv/cache
endif

##@ Use it
.PHONY: up down status logs collect
up: setup ## Start everything, collect, open the site: PORT= DATASET=folder SOURCES=live SOURCE=bigquery
	@$(python) -m devstack up

down: ## Stop everything; nothing that was stored is lost
	@if [ -e .venv/ready ]; then $(python) -m devstack down; else echo "nothing was running"; fi

status: setup ## Show every process
	@$(python) -m devstack status

logs: setup ## Follow what the processes write: NAME=scorer for one
	@$(python) -m devstack logs $(NAME)

collect: setup ## Collect once: KIND=downloads|metadata|security DAY=2026-06-30
	@$(python) -m devstack collect "$(KIND)" "$(DAY)"

##@ Operate it
.PHONY: runs dead-letters release backfill crosscheck messages cache plan operate backup restore
runs: setup ## Show the runs asked for last
	@$(python) -m devstack operate runs list

dead-letters: setup ## Show what was given up; REPLAY="1 2" sends it again
	@$(python) -m devstack operate letters $(if $(REPLAY),replay $(REPLAY),list)

release: setup ## Let a held run pass: RUN= REASON=
	@$(python) -m devstack operate runs release "$(RUN)" --reason "$(REASON)"

backfill: setup ## Fill history, newest month first: FROM=2024-01 TO=2026-06
	@$(python) -m devstack operate backfill --first "$(FROM)" --last "$(TO)"

crosscheck: setup ## Compare ClickHouse and BigQuery for a day: DAY=2026-06-30
	@$(python) -m devstack crosscheck "$(DAY)"

messages: setup ## Count what each run sent over the bus, and what was delivered again
	@$(python) -m devstack messages

cache: setup ## Make kept pages anew: ACTION=warm|purge REASON=
	@$(python) -m devstack operate cache "$(or $(ACTION),warm)" $(if $(REASON),--reason "$(REASON)")

plan: setup ## What a week of collecting costs: ARGS="--tokens 2"
	@$(python) -m operate plan $(ARGS)

operate: setup ## Any operator's command: ARGS="runs show downloads-2026-06-30-1"
	@$(python) -m devstack operate $(ARGS)

backup: setup ## Save what the running stack has stored: FILE=pypi_stats.dump
	@$(python) -m devstack.commands.backup save "$(or $(FILE),pypi_stats.dump)"

restore: setup ## Put a saved file's contents in the place of what is stored: FILE=pypi_stats.dump
	@$(python) -m devstack.commands.backup restore "$(or $(FILE),pypi_stats.dump)"

##@ Work on it
.PHONY: setup lock generate schema sample browser promtool screenshots
setup: .venv/ready ## Make the environment in .venv from the lock

.venv/ready: requirements.lock tools/environment.py $(projects)
	@base="$(find_python)"; [ -n "$$base" ] || { $(no_python); }; "$$base" tools/environment.py

compile := .venv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-platform linux \
	--python-version 3.11

lock: setup ## Resolve the dependencies anew: requirements.lock, and a lock for each image
	@$(compile) --group pyproject.toml:dev $(projects) -o requirements.lock
	@shared="libs/events/pyproject.toml libs/servicekit/pyproject.toml"; for service in services/*; do \
		$(compile) -c requirements.lock $$service/pyproject.toml $$shared \
		-o deploy/requirements/$$(basename $$service).lock; done
	@$(compile) -c requirements.lock libs/operate/pyproject.toml libs/events/pyproject.toml \
		-o deploy/requirements/operate.lock

generate: setup ## Write the generated files anew: documentation, nats.conf
	@$(python) -m devstack.codegen.generated

schema: setup ## Write db/schema.sql anew, from the migrations
	@$(python) -m devstack.codegen.schema

sample: setup ## Generate a data set: OUT=folder PACKAGES=2000 DAYS=400 SEED=1
	@$(python) -m sample_data --out "$(or $(OUT),.local/sample/made)" --packages $(or $(PACKAGES),2000) \
		--days $(or $(DAYS),400) --seed $(or $(SEED),1)

browser: setup ## Install Chromium for the browser tests, where Debian and root allow
	@$(python) -m devstack.commands.debian chromium

promtool: setup ## Unpack Prometheus's promtool for the tests of the alerts, likewise
	@$(python) -m devstack.commands.debian promtool

screenshots: setup browser ## Take a picture of every page of the running site: PORT= OUT=folder
	@SITE_URL=http://localhost:$(or $(PORT),8000) $(python) tests/browser/screenshots.py $(OUT)

##@ Check it
.PHONY: check test test-unit test-integration test-browser chaos weeks test-locks manifests values lint audit
check: setup ## Before each commit: style, types, and the unit tests of what changed
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy $(sources) bench
	@.venv/bin/oxlint --quiet frontend/js
	@tests="$$($(python) -m checks.changed)"; if [ -n "$$tests" ]; then $(pytest) $(side_by_side) $$tests; \
		else echo "nothing changed that has tests of its own"; fi

test: setup browser promtool ## Everything that must hold, or T="path ..." alone; the runner's lines are the last
	@style=0; { $(style); } || style=1; $(pytest) $(side_by_side) $(or $(T),tests $(tests)); exit $$style

test-unit: setup ## Each part for itself: SERVICE=api for one
	@$(pytest) $(side_by_side) $(if $(SERVICE),services/$(SERVICE)/tests,$(tests))

test-integration: setup ## The parts together, on real servers
	@$(pytest) tests --ignore tests/browser

test-browser: setup browser ## The site in Chromium
	@$(pytest) tests/browser

weeks: setup ## Two weeks of nights on one machine, undisturbed and troubled, compared
	@$(python) -m chaos.weeks

chaos: setup ## Trouble a night in every way, compare it with a quiet one: ONLY="kill cut-nats"
	@$(python) -m chaos --docs "$(or $(DOCS),docs/chaos.md)" --only "$(ONLY)"

test-locks: setup ## Each service's tests with only its own lock installed: SERVICE=api
	@$(python) -m checks.own_lock $(SERVICE)

manifests: setup promtool ## Render the Kubernetes manifests and check them, without a cluster
	@$(pytest) tests/manifests

values: setup ## Say which values of the production overlay still are the example's
	@$(python) -m checks.values

lint: setup ## Style, types, generated files, secrets, unsafe dependencies
	@$(style)

audit: setup ## Hold the locks against OSV's archive: ARCHIVE=all.zip
	@$(python) -m checks.audit $(ARCHIVE)

##@ Measure it
.PHONY: measure evaluate bench scale capacity
measure: setup browser ## What a slow phone sees of each page, in ms and bytes: PORT=
	@SITE_URL=http://localhost:$(or $(PORT),8000) $(python) tests/browser/measure.py

evaluator = $(if $(filter health momentum insights,$(TASK)),scores,$(if $(filter typosquat advisories,$(TASK)),security,$(if $(filter facts,$(TASK)),facts,$(if $(filter search fit,$(TASK)),search,$(if $(filter stars companions,$(TASK)),$(TASK),repositories)))))
evaluate: setup ## Score a file: TASK=health|momentum|insights|typosquat|advisories|repository|facts|search|stars|companions DATA= QUERIES= SNAPSHOTS= OUT=
	@$(python) -m evaluation.$(evaluator) $(if $(filter-out facts,$(TASK)),$(TASK)) --data "$(DATA)" $(if $(OUT),--out "$(OUT)") $(if $(QUERIES),--queries "$(QUERIES)") \
		$(if $(POPULAR),--popular "$(POPULAR)") $(if $(HISTORY),--history "$(HISTORY)") $(if $(DOCS),--docs "$(DOCS)") $(if $(GITHUB),--github "$(GITHUB)") \
		$(if $(NAME),--name "$(NAME)") $(if $(VERSION),--version "$(VERSION)") $(if $(SNAPSHOTS),--snapshots "$(SNAPSHOTS)") \
		$(if $(REQUIRES),--requires "$(REQUIRES)")

bench: setup ## Print the speed of every part as ratios
	@for each in bench/bench_*.py; do echo "$$each"; $(python) -m "bench.$$(basename $$each .py)"; done

scale: setup ## A whole night at full size: PACKAGES="100000 200000" DOCS=file
	@$(python) -m bench.scale --packages $(or $(PACKAGES),886000) $(if $(DOCS),--docs "$(DOCS)")

capacity: setup ## What each part costs at full size and beyond: writes docs/scale.md
	@$(python) -m bench.capacity

##@ Help
.PHONY: help
help: ## Print this list
	@awk 'BEGIN {FS = ":.*?## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*?## / \
		{printf "  make %-18s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
