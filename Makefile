PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.dev
SUPERSET := .venv-superset
SPARK := .venv-spark
# Each worker runs one test file after another, in this order: short ones at the end keep both busy.
WORKERS := -n 2 --dist loadfile --no-loadscope-reorder

# One lock for all platforms and Pythons from 3.11 on; it names no registry.
LOCK := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet $(UPGRADE)

export PATH := $(CURDIR)/$(BIN):$(PATH)
export DO_NOT_TRACK := 1
export PYTHONUTF8 := 1
# Imports take half of a child process's time, and most of it without bytecode.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-fast lint unit integration dev dashboard test-dashboard test-spark docs review-quality reading-quality benchmark mutations lock clean help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

run: $(READY) ## build the warehouse of the sample and summarise the findings
	jixiao build

test: $(DEV) ## all tests: style, complete builds of the sample, unit tests
	pytest $(WORKERS) --durations=40 --durations-min=5 tests/style tests/integration tests/unit

test-fast: $(DEV) ## the fast unit tests
	pytest $(WORKERS) -m "not slow" tests/unit

lint: $(DEV) ## style and types of Python and SQL
	ruff check .
	ruff format --check .
	mypy
	python tests/style/lint_sql.py

unit: $(DEV) ## unit tests
	pytest $(WORKERS) tests/unit

integration: $(DEV) ## complete builds of the sample
	pytest $(WORKERS) tests/integration

docs: run ## write the rule pages from the catalogue and the sample
	python -m jixiao.pages.rule_pages

review-quality: $(DEV) ## measure the review against labels and inserted slips
	PYTHONPATH=tests:tests/fixtures python -m review_quality

reading-quality: $(DEV) ## measure the reading of ../shared/corpus, and of FOLDER=… with true values
	PYTHONPATH=tests:tests/fixtures python -m reading_quality $(FOLDER)

dev: $(READY) ## Dagster's web page on 127.0.0.1:3000, with its daemon
	jixiao dev

dashboard: $(READY) $(SUPERSET)/.ready ## the dashboards on 127.0.0.1:8088, in a separate environment
	python -m dashboards.superset.serve --superset $(SUPERSET)

test-dashboard: $(DEV) $(SUPERSET)/.ready $(VENV)/.browser ## every dashboard in Chromium, during a switch of releases
	pytest tests/dashboard

test-spark: $(DEV) $(SPARK)/.cluster ## the models on a local Spark cluster, against DuckDB; needs Java
	PYTHONPATH=tests/spark python -m local_cluster --check
	pytest tests/spark

benchmark: $(DEV) $(SUPERSET)/.ready $(VENV)/.browser ## measure builds, readers and other implementations for docs/performance.md; takes hours
	python -m benchmarks.scale --forms 10000 100000 1000000 3000000 --keep 1000000
	PYTHONPATH=tests python -m benchmarks.readers --work var/benchmark/1000000
	python -m benchmarks.peers --forms 30000 --rounds 5
	python -m benchmarks.peers --forms 1000000 --rounds 1 --only floor
	python -m benchmarks.peers --forms 300000 --rounds 3 --only slice
	python -m benchmarks.performance

mutations: $(DEV) ## break the tables of a build and name the checks that do not fail, written to docs/mutations.md; half an hour
	PYTHONPATH=tests/fixtures:tests/integration python -m benchmarks.mutations --work var/mutations

lock: ## write all locks from pyproject.toml and requirements.in; UPGRADE=--upgrade takes newer versions
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv-lock/bin/uv pip compile $(LOCK) pyproject.toml --extra install --output-file requirements.lock
	.venv-lock/bin/uv pip compile $(LOCK) pyproject.toml --extra install --extra dev --output-file requirements-dev.lock
	.venv-lock/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"], sep="\n")' | .venv-lock/bin/uv pip compile $(LOCK) - --output-file spark/requirements.lock
	.venv-lock/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["postgres"], sep="\n")' | .venv-lock/bin/uv pip compile $(LOCK) --no-deps - --output-file deploy/postgres.lock
	for file in $$(git ls-files '*.in'); do .venv-lock/bin/uv pip compile $(LOCK) $$file --output-file $${file%.in}.lock; done

clean: ## remove everything that was generated
	rm -rf $(VENV) .venv-lock $(SUPERSET) $(SPARK) var target logs .pytest_cache .ruff_cache .mypy_cache .hypothesis jixiao.egg-info

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"Python 3.11, 3.12 or 3.13 is needed, this is {v[0]}.{v[1]}: make PYTHON=python3.12 …")'
	@echo "Installing the requirements of a build into $(VENV): $$(grep -c == $<) packages, about 0.8 GB on disk"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --require-hashes --requirement $<
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(READY)
	@echo "Installing the requirements of the tests: $$(($$(grep -c == $<) - $$(grep -c == requirements.lock))) packages, about 0.6 GB on disk"
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

$(SUPERSET)/.ready: dashboards/superset/requirements.lock
	@echo "Installing Apache Superset into $(SUPERSET), apart from the rest: $$(grep -c == $<) packages, about 0.9 GB on disk"
	$(PYTHON) -m venv $(SUPERSET)
	$(SUPERSET)/bin/python -m pip install --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

$(SPARK)/.ready: spark/requirements.lock
	$(PYTHON) -m venv $(SPARK)
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

$(SPARK)/.cluster: tests/spark/requirements.lock $(SPARK)/.ready $(DEV)
	@PYTHONPATH=tests/spark python -m local_cluster --check
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

$(VENV)/.browser: tests/dashboard/requirements.lock $(DEV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@
