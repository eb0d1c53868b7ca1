PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help app test lint types imports format docs bench screenshots train clean

help:
	@echo "make app          start the app on http://localhost:$(PORT)"
	@echo "make test         lint, types, import rules and all tests"
	@echo "make docs         the documentation as a site, in site/index.html"
	@echo "make bench        measure accuracy and speed into docs/benchmarks.md"
	@echo "make screenshots  pictures of every page in every state"
	@echo "make train        rebuild the shipped digit weights"
	@echo "make clean        remove what was built"
	@echo "PYTHON=python3.13 chooses the Python, PORT=8600 the port."

app: $(VENV)/.app
	@$(BIN)/inkdigits app --port $(PORT)

test: lint types imports $(VENV)/.test
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.quality
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

types: $(VENV)/.quality
	$(BIN)/mypy

imports: $(VENV)/.quality
	$(BIN)/lint-imports

format: $(VENV)/.quality
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "Open site/index.html"

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks

screenshots: $(VENV)/.test
	$(BIN)/python scripts/screenshots.py

train: $(VENV)/.train
	$(BIN)/inkdigits train digit --run runs/digit
	$(BIN)/inkdigits train digit --run runs/quick --config scripts/quick.json
	$(BIN)/inkdigits train digit --run runs/digit --quick runs/quick

clean:
	rm -rf $(VENV) build dist site screenshots .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "inkdigits needs Python 3.10 to 3.13: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.app: $(VENV)/.venv pyproject.toml constraints.txt
	@echo "Installing the app (once) ..."
	@$(PIP) -e '.[app]'
	@touch $@

$(VENV)/.train: $(VENV)/.venv pyproject.toml constraints.txt
	@$(PIP) -e '.[train]'
	@touch $@

$(VENV)/.docs: $(VENV)/.app
	@$(PIP) -e '.[app,docs]'
	@touch $@

$(VENV)/.quality: $(VENV)/.app
	@$(PIP) -e '.[app,client,quality,service]'
	@touch $@

$(VENV)/.test: $(VENV)/.app
	@$(PIP) -e '.[app,client,docs,heic,live,oidc,postgres,quality,recipes,service,test,tune]'
	@.ci/torch $(BIN)/python
	@touch $@
