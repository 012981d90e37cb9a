# Two commands set everything up: `make run` and `make test`.
PYTHON ?= python3.11
ROOTS ?= .
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test fuzz torture agreement docs bench bench-cache bench-peers bench-plot bench-queries \
	bench-scale bench-workers clean
.DELETE_ON_ERROR:

run: $(STAMP)
	$(BIN)/flagday run $(ROOTS)

test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd migrations && sha256sum --check --quiet MANIFEST.sha256
	cd migrations/companion && sha256sum --check --quiet MANIFEST.sha256
	$(BIN)/pytest --numprocesses 3 --dist loadfile

fuzz: $(STAMP)
	FUZZ_EXAMPLES=$(or $(EXAMPLES),500) $(BIN)/pytest tests/syntax/test_fuzz.py

torture: $(STAMP)
	TORTURE_ROUNDS=$(or $(ROUNDS),200) $(BIN)/pytest --numprocesses 2 --dist loadfile tests/torture

agreement: $(STAMP)
	$(BIN)/python -m tests.bench.agreement $(ROOTS)

docs: $(STAMP)
	$(BIN)/python -m tests.docs

bench: $(STAMP)
	$(BIN)/python -m tests.bench.bench $(ROOTS)

bench-queries: $(STAMP)
	$(BIN)/python -m tests.bench.queries $(if $(INDEX),--index $(INDEX),$(ROOTS))

bench-peers: $(STAMP)
	$(BIN)/python -m tests.bench.peers $(ROOTS)

bench-plot: $(STAMP)
	$(BIN)/python -m tests.bench.growth $(ROOTS) docs/growth.svg

bench-workers: $(STAMP)
	$(BIN)/python -m tests.bench.workers $(ROOTS)

bench-scale: $(STAMP)
	$(BIN)/python -m tests.bench.scale $(if $(filter-out .,$(ROOTS)),--roots $(ROOTS),--forks $(or $(FORKS),1000))

bench-cache: $(STAMP)
	$(BIN)/python -m tests.bench.cache $(ENTRIES)

clean:
	rm -rf $(VENV) .flagday .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build *.egg-info

$(STAMP): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
