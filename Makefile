# A fresh machine needs python3.11 (or later) with venv and pip, and make. Everything else
# goes into .venv, at the versions in constraints.txt.
#
#   make demo BACKEND=torch     install one backend and run the demonstration on it
#
# What a developer needs, in the order of what it costs:
#
#   make format                 style, mended where it can be
#   make lint                   style, types, and which module may import which
#   make conformance-numpy      the conformance suite on one backend; also -torch, -jax, ...
#   make test-affected SINCE=main   the tests that what changed since then can affect
#   make test-core              the tests of the core, on numpy
#   make test-reference         generated comparisons with the real Keras
#   make test-reliability       hostile and damaged files, full disks
#   make test-torch             the tests of one backend; also -jax, -tensorflow, ...
#   make docs                   the documentation, as pages in build/docs; a link to nowhere is an error
#   make test                   all of these on every backend: run it before each change lands
#   make test-all               everything, the less common dtypes and forms too: see CONTRIBUTING.md

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BACKEND ?= numpy
DEMO ?= examples/demo.py
PYTEST_ARGS ?=
SINCE ?= main

# Which eighth of the less common cases `make test` runs: another one for each commit.
SLICE ?= $(shell git rev-parse HEAD 2>/dev/null || echo 0)
CONFORMANCE_ARGS ?= --slice $(SLICE)

# Those that take longest first, so that two at a time end together.
BACKENDS := torch jax openvino tensorflow numpy
PRIMITIVES_ONLY := torch jax tensorflow numpy
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
PYTEST := $(BIN)/python -m pytest $(PYTEST_ARGS)
# tensorflow-cpu has what tests need, and is a fifth of the size of tensorflow.
EXTRA_tensorflow := [cpu,onnx]
EXTRA_torch := [onnx]
EXTRA_jax := [flax,onnx,orbax]

# Most of the time of the tests on jax is spent on compiling small programs, many of them the same.
export JAX_COMPILATION_CACHE_DIR ?= $(CURDIR)/build/jax-cache
export JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS ?= 0
export JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES ?= -1

# XLA optimizes for longer than these programs run, and on CPUs its older emitters write them in
# half the time. `make test-all` runs the conformance suite as users do.
export JAX_DISABLE_MOST_OPTIMIZATIONS ?= 1
QUICK_XLA := --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1
SUITE_XLA := $(QUICK_XLA)
conformance-jax: export XLA_FLAGS ?= $(SUITE_XLA)
test-jax primitives-only-jax: export XLA_FLAGS ?= $(QUICK_XLA)

# Tests work on small arrays, and several run side by side: threads would wait for each other.
TESTING := test test-all test-affected test-core test-reference test-reliability test-kit test-plugins \
    test-docs packaging $(foreach kind,test conformance primitives-only,$(BACKENDS:%=$(kind)-%))
$(TESTING): export OMP_NUM_THREADS ?= 1

# Hundreds of processes are started: none of them compiles Python that another one has compiled.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo install dev lint format types imports docs docs-version ci clean
.PHONY: test test-all test-affected test-core test-reference test-reliability test-plugins test-kit test-docs packaging
.PHONY: $(BACKENDS:%=test-%) $(BACKENDS:%=conformance-%)
.PHONY: $(PRIMITIVES_ONLY:%=primitives-only-%)
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
	$(PIP) --editable "./keras-core[conformance,image,plot,safetensors]" \
	    build hatchling import-linter mypy pre_commit "pyright[nodejs]" pytest-xdist ruff tox \
	    matplotlib onnxruntime pandas scikit-learn scipy \
	    griffe ipykernel mike mkdocs-material nbclient nbformat
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
	$(BIN)/python tools/faces.py --check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/private_members.py
	$(BIN)/python tools/api.py --check

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev
	$(BIN)/python tools/unchecked.py
	$(BIN)/mypy
	$(BIN)/python tools/public_types.py

imports: dev
	$(BIN)/lint-imports

# Each backend in a process of its own: a process has one. What takes longest comes first.
test: conformance-torch conformance-jax test-reference test-reliability test-kit $(BACKENDS:%=test-%) test-core \
    $(filter-out conformance-torch conformance-jax, $(BACKENDS:%=conformance-%)) \
    primitives-only-numpy test-plugins test-docs packaging

test-all: CONFORMANCE_ARGS := --everything --slice $(SLICE)
test-all: export REFERENCE_SCALE := 1
test-all: export RELIABILITY_SCALE := 21
test-all: export JAX_DISABLE_MOST_OPTIMIZATIONS := 0
test-all: SUITE_XLA :=
test-all: $(BACKENDS:%=conformance-%) $(PRIMITIVES_ONLY:%=primitives-only-%) \
    $(BACKENDS:%=test-%) test-core test-reference test-reliability test-kit test-plugins test-docs packaging

test-affected: dev
	targets=$$($(BIN)/python tools/affected.py $(SINCE)) && \
	    { test -z "$$targets" || $(MAKE) $$targets CONFORMANCE_ARGS="--affected-by $(SINCE)"; }

# Which tests of files that are marked with `one_in` are run; with nothing, all.
test ci: export TEST_SLICE ?= $(SLICE)
test ci: export REFERENCE_SCALE ?= 0.2

# What no engine changes is run on one.
test-core: $(VENV)/.dev
	KERAS_BACKEND=numpy $(PYTEST) tests/core

# The real Keras comes along with TensorFlow; files are compared as each of its engines writes them.
# REFERENCE_SCALE says how many cases are generated, in times of what is usual.
test-reference: $(VENV)/.dev $(BACKENDS:%=$(VENV)/.%)
	KERAS_BACKEND=numpy $(PYTEST) tests/reference

# RELIABILITY_SCALE says how many damaged files are made, in times of what is usual.
test-reliability: $(VENV)/.dev
	KERAS_BACKEND=numpy $(PYTEST) tests/reliability

# An inference-only engine refuses to train.
IGNORED_openvino := $(addprefix --ignore=tests/backends/, training test_examples.py test_guides.py)

# The programs that people already have.
SAMPLES_torch := tests/alias/test_samples.py
SAMPLES_jax := tests/alias/test_samples.py
SAMPLES_tensorflow := tests/alias/test_samples.py
SAMPLES_openvino := tests/alias/test_samples.py

OWN_TESTS = $(wildcard keras-backend-$*/tests)

$(BACKENDS:%=test-%): test-%: $(VENV)/.dev $(VENV)/.%
	KERAS_BACKEND=$* $(PYTEST) $(IGNORED_$*) tests/backends $(SAMPLES_$*) $(OWN_TESTS)

test-jax primitives-only-jax: export JAX_DISABLE_MOST_OPTIMIZATIONS := 1


test-plugins: $(VENV)/.dev
	$(PYTEST) tests/plugins tests/scaffold tests/alias/test_alias.py

test-kit: $(VENV)/.dev
	$(PYTEST) tests/conformance

test-docs: $(VENV)/.dev
	$(PYTEST) tests/docs

$(BACKENDS:%=conformance-%): conformance-%: $(VENV)/.dev $(VENV)/.%
	mkdir -p build/reports
	$(BIN)/keras-core conformance --backend $* $(CONFORMANCE_ARGS) --report build/reports/$*.json

# The primitives suffice: the same with the overrides off, in less common dtypes by turns.
$(PRIMITIVES_ONLY:%=primitives-only-%): primitives-only-%: $(VENV)/.dev $(VENV)/.%
	$(BIN)/keras-core conformance --backend $* --primitives-only $(filter-out --everything, $(CONFORMANCE_ARGS)) --only ops
	$(BIN)/keras-core conformance --backend $* --primitives-only $(filter-out --everything, $(CONFORMANCE_ARGS)) --only gradients

packaging: $(VENV)/.dev
	$(PYTEST) tests/packaging

# Its theme's notice about a successor is no warning about these pages.
docs docs-version: export NO_MKDOCS_2_WARNING := 1

docs: $(VENV)/.dev
	$(BIN)/python tools/protocol_reference.py
	$(BIN)/mkdocs build

# Into the branch that the site is served from: make docs-version VERSION=1.0
docs-version: $(VENV)/.dev
	$(BIN)/python tools/protocol_reference.py
	$(BIN)/mike deploy --update-aliases $(VERSION) latest

ci: dev lint test docs

clean:
	rm -rf $(VENV) dist build .pytest_cache .ruff_cache .tox .import_linter_cache
