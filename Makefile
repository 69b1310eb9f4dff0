# A fresh machine needs python3.11 (or later) with venv and pip, and make. Everything else
# goes into .venv, at the versions in constraints.txt.
#
#   make demo BACKEND=torch     install one backend and run the demonstration on it
#   make test                   the tests and the conformance suite, on every backend
#   make conformance-torch      the conformance suite on one backend
#   make lint                   style, types, and which module may import which
#   make docs                   the documentation, as pages in build/docs

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BACKEND ?= numpy
DEMO ?= examples/demo.py
PYTEST_ARGS ?=
CONFORMANCE_ARGS ?=

# Those that take longest first, so that two at a time end together.
BACKENDS := torch jax openvino tensorflow numpy
PRIMITIVES_ONLY := torch jax tensorflow numpy
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
PYTEST := $(BIN)/python -m pytest $(PYTEST_ARGS)
# tensorflow-cpu has what tests need, and is a fifth of the size of tensorflow.
EXTRA_tensorflow := [cpu]

# Most of the time of the tests on jax is spent on compiling small programs, many of them the same.
export JAX_COMPILATION_CACHE_DIR ?= $(CURDIR)/build/jax-cache
export JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS ?= 0
export JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES ?= -1

.PHONY: help demo install dev lint format types imports test plugins packaging docs ci clean
.PHONY: $(BACKENDS:%=test-%) $(BACKENDS:%=conformance-%)
.PHONY: primitives-only $(PRIMITIVES_ONLY:%=primitives-only-%)
.SECONDARY:

help:
	@sed -n '/^#   /s/^#   //p' Makefile

# -- Installing -----------------------------------------------------------------------

$(VENV)/.numpy: keras-core/pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable ./keras-core
	touch $@

$(VENV)/.%: keras-backend-%/pyproject.toml $(VENV)/.numpy
	$(PIP) --editable ./keras-core --editable "./keras-backend-$*$(EXTRA_$*)"
	touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.numpy
	$(PIP) --editable "./keras-core[conformance]" \
	    build hatchling import-linter pre_commit "pyright[nodejs]" pytest-xdist ruff tox \
	    matplotlib pandas scikit-learn scipy
	touch $@

# The demonstration learns from the digits that scikit-learn ships, and draws them.
$(VENV)/.demo: $(VENV)/.numpy
	$(PIP) matplotlib scikit-learn
	touch $@

install: $(VENV)/.$(BACKEND)

dev: $(VENV)/.dev $(BACKENDS:%=$(VENV)/.%)

# -- Looking ---------------------------------------------------------------------------

demo: install $(VENV)/.demo
	KERAS_BACKEND=$(BACKEND) $(BIN)/python $(DEMO)

# -- Checking --------------------------------------------------------------------------

lint: types imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev
	$(BIN)/pyright --pythonpath $(BIN)/python

imports: dev
	$(BIN)/lint-imports

# Each backend in a process of its own: a process has one.
test: $(BACKENDS:%=conformance-%) primitives-only $(BACKENDS:%=test-%) plugins packaging

plugins: $(VENV)/.dev
	$(PYTEST) tests/plugins tests/conformance tests/scaffold tests/docs

# Losses, metrics, optimizers and callbacks are about training, which an inference-only engine
# refuses; there, each eager operation of theirs would be a graph compiled for its own sake.
IGNORED_openvino := $(addprefix --ignore=tests/, losses metrics optimizers callbacks training)

$(BACKENDS:%=test-%): test-%: $(VENV)/.dev $(VENV)/.%
	KERAS_BACKEND=$* $(PYTEST) -m "not packaging" --ignore=tests/plugins --ignore=tests/conformance --ignore=tests/scaffold --ignore=tests/docs $(IGNORED_$*) tests

$(BACKENDS:%=conformance-%): conformance-%: $(VENV)/.dev $(VENV)/.%
	$(BIN)/keras-core conformance --backend $* $(CONFORMANCE_ARGS)

# The primitives suffice: the same with the overrides off.
primitives-only: $(PRIMITIVES_ONLY:%=primitives-only-%)

$(PRIMITIVES_ONLY:%=primitives-only-%): primitives-only-%: $(VENV)/.dev $(VENV)/.%
	$(BIN)/keras-core conformance --backend $* --primitives-only --only ops
	$(BIN)/keras-core conformance --backend $* --primitives-only --only gradients

packaging: $(VENV)/.dev
	$(PYTEST) -m packaging tests/packaging

docs: $(VENV)/.dev
	$(PIP) mkdocs
	$(BIN)/python tools/primitives_reference.py
	$(BIN)/mkdocs build

ci: dev lint test

clean:
	rm -rf $(VENV) dist build .pytest_cache .ruff_cache .tox .import_linter_cache
