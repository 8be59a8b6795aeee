# The one task file. `make` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help run serve test coverage clients lint wheel lock bench clean

PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := -m pip --disable-pip-version-check --quiet
KG := .venv/bin/kg
# One more than cores: many tests wait for servers, browsers and programs.
WORKERS := $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
# What CKAN requires and its RDF parser, which the tests run, does not import.
NOT_FOR_CKAN := async-timeout cachelib cachetools colorama croniter feedgen flask-session flask-wtf frozendict lxml \
  pglast psycopg2 pyld tomli watchdog wtforms zope-dottedname zope-interface

help: ## what one can make
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: .venv/web ## build the Qingdao graph, check it, write exports and report, answer one question
	$(KG) build qingdao
	$(KG) validate qingdao -o build/report.html -f html
	$(KG) export -f turtle -o build/exports/kg.ttl
	$(KG) export -f nquads -o build/exports/kg.nq
	$(KG) export -f xlsx -o build/exports/kg.xlsx
	$(KG) ask agencies-of-a-programme --undertaking 全市一个停车场 -c part,agency,role,start,end

serve: run ## open the graph on the web, on this machine
	$(KG) serve

clients: ## install the outside clients that the tests use (needs npm)
	npm ci --ignore-scripts --no-audit --no-fund --prefix tests/clients

test: .venv/dev lint ## check the code and run every test
	.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile

coverage: .venv/dev ## run every test and show which lines none of them runs
	.venv/bin/python -m pytest --cov --cov-report= -n $(WORKERS) --dist loadfile
	.venv/bin/coverage report

lint: .venv/dev
	.venv/bin/ruff format --check --quiet .
	.venv/bin/ruff check --quiet .
	.venv/bin/mypy
	.venv/bin/lint-imports

wheel: .venv/dev ## build the wheel and prove it in an environment of its own
	rm -rf dist .venv-wheel
	.venv/bin/python -m hatchling build -t wheel
	$(PYTHON) -m venv .venv-wheel
	.venv-wheel/bin/python $(PIP) install --require-hashes -r requirements.lock
	.venv-wheel/bin/python $(PIP) install --no-deps dist/*.whl
	cd dist && ../.venv-wheel/bin/kg build -s store && ../.venv-wheel/bin/kg ask coverage-of-documents -s store

lock: ## pin every dependency with hashes (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --extra agents --extra web pyproject.toml requirements.in -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --extra dev pyproject.toml requirements.in -o requirements-dev.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  requirements-web.in -o requirements-web.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  $(addprefix --no-emit-package ,$(NOT_FOR_CKAN)) requirements-ckan.in -o requirements-ckan.lock

bench: .venv/dev ## measure, with ratios against named peers
	.venv/bin/python benchmarks/build.py
	.venv/bin/python benchmarks/extract.py
	.venv/bin/python benchmarks/check.py
	.venv/bin/python benchmarks/entity_pages.py
	.venv/bin/python benchmarks/serve.py

clean: ## remove what was made
	rm -rf .venv .venv-wheel .venv-ckan .venv-node build dist kg/web/static/dist web/node_modules tests/clients/node_modules .mypy_cache .ruff_cache .pytest_cache .coverage*

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或更高版本 / needs Python 3.11 or newer"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python requirements.lock pyproject.toml
	.venv/bin/python $(PIP) install --require-hashes -r requirements.lock
	KG_SKIP_WEB=1 .venv/bin/python $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# The islands of the pages, with the Node on the PATH or else the one from PyPI; without either the site works without them.
.venv/web: .venv/run requirements-web.lock hatch_build.py $(shell find web -name node_modules -prune -o -type f -print)
	@.venv/bin/python hatch_build.py --ready \
	  || .venv/bin/python $(PIP) install --require-hashes --retries 1 -r requirements-web.lock || true
	.venv/bin/python hatch_build.py
	@touch $@

.venv/dev: .venv/web requirements-dev.lock
	.venv/bin/python $(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
