# make help lists what there is. Everything is installed into this folder: .venv/, node_modules/, portal/static/vendor/.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
.PHONY: help run setup test check lint types bench soak demo worker upgrade migration lock

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
MADE := $(VENV)/.is-made
RUNTIME := $(VENV)/.runtime-is-installed
DEVELOPMENT := $(VENV)/.development-is-installed
ASSETS := portal/static/vendor/.is-copied

# what a running portal may have in its environment, and tests must not see
PORTAL_VARIABLES := SECRET_KEY DATA_DIR DATABASE_URL STORAGE_URL S3_ENDPOINT_URL SEARCH_URL QUEUE_URL BASE_URL \
	PROXIES DEMOS_URL SMTP_URL CONTENT_APPROVAL REVIEW_EVERY_DAYS REVIEW_GRACE_DAYS CALENDAR TIMEZONE SOURCES \
	PAYEE_KEY PAYEE_COOL_OFF_DAYS PAYER_NAME PAYER_ACCOUNT PAYER_BIC PAYOUT_DAY PORT HOST DEMO DEMO_PASSWORD \
	FLASK_APP FLASK_DEBUG FLASK_ENV GUNICORN_CMD_ARGS WEB_CONCURRENCY PYTHONPATH PYTHONWARNINGS \
	AWS_PROFILE AWS_ENDPOINT_URL PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PYTEST_ADDOPTS MAKEFLAGS MFLAGS
CLEAN := env $(PORTAL_VARIABLES:%=-u %)
# of two, one often waits for a browser, a child or a lock
WORKERS := -n 3
PYTEST := $(CLEAN) $(PY) -m pytest $(WORKERS)

help:  ## this list
	@awk -F ':.*  ## ' '/^[a-z]+:.*  ## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

run: setup  ## everything, then the portal with demo data on http://127.0.0.1:8000 (PORT, HOST, DEMO_PASSWORD, DEMO=0)
	@exec $(PY) -m tools.serve

setup: $(RUNTIME) $(ASSETS)  ## environment, packages and front-end assets, without starting anything

test: $(DEVELOPMENT) $(ASSETS)  ## everything, then all tests: SQLite, PostgreSQL, browser
	@$(PY) -m tools.browser
	@$(PY) -m tools.gateway
	$(PYTEST)

check: lint types test  ## exactly what CI runs

lint: $(DEVELOPMENT)  ## style, format and the direction of imports
	$(BIN)/ruff check --output-format=concise .
	$(BIN)/ruff format --check .
	$(CLEAN) $(BIN)/lint-imports --no-logo

types: $(DEVELOPMENT)  ## mypy, strict
	$(CLEAN) $(BIN)/mypy

bench: $(DEVELOPMENT) $(ASSETS)  ## what the project promises on speed, as ratios measured in one run
	$(CLEAN) $(PY) -m benchmarks

soak: $(DEVELOPMENT) $(ASSETS)  ## all tests, those of properties with 20,000 examples each; takes days (ARGS="tests/commissions")
	$(CLEAN) HYPOTHESIS_PROFILE=soak $(PY) -m pytest $(WORKERS) $(ARGS)

demo: setup upgrade  ## load the demo data into an empty database
	$(BIN)/flask demo load

worker: setup  ## the background worker alone
	@exec $(BIN)/flask worker

upgrade: setup  ## bring the database to the newest migration
	$(BIN)/flask db upgrade

migration: $(DEVELOPMENT)  ## write the next migration: make migration MESSAGE="What it adds"
	$(CLEAN) $(PY) -m tools.migration "$(MESSAGE)"

# the hashes are those of the public index, whatever this machine's pip is told
LOCK := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null $(BIN)/pip-compile --quiet \
	--generate-hashes --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links
lock: $(DEVELOPMENT)  ## write the lock files anew; UPGRADE=1 takes current releases
	$(LOCK) $(if $(UPGRADE),--upgrade) requirements.in --output-file requirements.txt
	$(LOCK) $(if $(UPGRADE),--upgrade) --allow-unsafe requirements-dev.in --output-file requirements-dev.txt
	$(BIN)/npm $(if $(UPGRADE),update,install) --package-lock-only

$(MADE):
	@sh tools/environment.sh $(VENV)
	@touch $@

$(RUNTIME): requirements.txt $(MADE)
	@echo "Installing the packages of requirements.txt into $(VENV) ..."
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@echo "Installing the packages of requirements-dev.txt into $(VENV) ..."
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

$(ASSETS): package-lock.json .npmrc tools/assets.py | $(RUNTIME)
	@echo "Installing the front-end packages of package-lock.json ..."
	@$(BIN)/npm ci --loglevel=error
	@$(PY) tools/assets.py
	@touch $@
