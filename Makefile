# Two commands set everything up: `make run`, and `make test`, which adds the tools of development.
PYTHON ?= python3.11
ROOTS ?= .
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
LONGEST := $(patsubst %,tests/torture/test_%.py,kills load signals)
PROMISES := $(shell grep -oE 'tests/[a-z_/]+(\.py|/`)' SECURITY.md | tr -d '`' | sort -u)

.PHONY: run test fuzz torture agreement docs bench bench-cache bench-duplicates bench-peers bench-plot \
	bench-queries bench-runners bench-scale bench-workers clean
.DELETE_ON_ERROR:

run: $(RUNTIME)
	$(BIN)/flagday run $(ROOTS)

test: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd migrations && sha256sum --check --quiet MANIFEST.sha256
	cd migrations/companion && sha256sum --check --quiet MANIFEST.sha256
	$(BIN)/pytest --numprocesses 3 --dist loadfile

fuzz: $(DEV)
	FUZZ_EXAMPLES=$(or $(EXAMPLES),500) $(BIN)/pytest tests/syntax/test_fuzz.py

torture: $(DEV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[ray]'
	TORTURE_ROUNDS=$(or $(ROUNDS),200) $(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder \
		$(LONGEST) $(filter-out $(LONGEST),$(wildcard tests/torture/test_*.py)) \
		$(filter-out tests/torture/%,$(PROMISES))

agreement: $(DEV)
	$(BIN)/python -m tests.bench.agreement $(ROOTS)

docs: $(DEV)
	$(BIN)/python -m tests.docs

bench: $(DEV)
	$(BIN)/python -m tests.bench.bench $(ROOTS)

bench-queries: $(DEV)
	$(BIN)/python -m tests.bench.queries $(if $(INDEX),--index $(INDEX),$(ROOTS))

bench-peers: $(DEV)
	$(BIN)/python -m tests.bench.peers $(ROOTS)

bench-plot: $(DEV)
	$(BIN)/python -m tests.bench.growth $(ROOTS) docs/growth.svg

bench-duplicates: $(DEV)
	$(BIN)/python -m tests.bench.duplicates $(ROOTS)

bench-workers: $(DEV)
	$(BIN)/python -m tests.bench.workers $(ROOTS)

bench-runners: $(DEV)
	$(BIN)/python -m tests.bench.runners --times $(or $(TIMES),3) $(ROOTS)

bench-scale: $(DEV)
	$(BIN)/python -m tests.bench.scale $(if $(filter-out .,$(ROOTS)),--roots $(ROOTS),--forks $(or $(FORKS),1000))

bench-cache: $(DEV)
	$(BIN)/python -m tests.bench.cache $(ENTRIES)

clean:
	rm -rf $(VENV) .flagday .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build *.egg-info

$(RUNTIME): pyproject.toml | $(BIN)/pip
	@echo "installing flagday into $(VENV) (0.8 GB, once; one to four minutes)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(DEV): pyproject.toml | $(BIN)/pip
	@echo "installing flagday and the tools of development into $(VENV) (1.4 GB, once; some minutes)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(RUNTIME) $@

$(BIN)/pip:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
