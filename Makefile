# `make run` starts everything from a fresh clone. Needed: Python (any 3.10 or newer), git, make.
# Set-up and progress go to standard error, results to standard output.

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.NOTPARALLEL:

# An uv on the PATH is used if it works (a pyenv shim may not); else one is put into .tools.
UV := $(or $(shell uv --version >/dev/null 2>&1 && command -v uv),$(CURDIR)/.tools/uv/bin/uv)

# pyenv's interpreters themselves: its shims refuse versions that are not switched on.
PYENV_BINS := $(sort $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.1[03]*/bin))
empty :=
export PUENTE_PYTHONS := $(subst $(empty) $(empty),:,$(strip $(PYENV_BINS)))

# Installed means: for exactly this lock file. The stamp's name says so, whatever the files' times are.
stamp = .ready-$(shell cat $(1) | cksum | cut -d ' ' -f 1)
BOT_READY := .venv/$(call stamp,requirements.lock pyproject.toml)
ENGINE_READY := engine/.venv/$(call stamp,engine/requirements.lock)

RASA := PYTHONWARNINGS=ignore RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1 engine/.venv/bin/rasa

.PHONY: screenshots run test check train bench day classify evaluate lock clean setup model browser

run: setup
	@exec .venv/bin/puente run

# A file's tests stay together, as several share what takes long to build. Three at a time: on two cores they mostly wait.
test: model browser
	@exec .venv/bin/python -m pytest --numprocesses 3 --dist loadfile $(ARGS)

check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(RASA) data validate --fail-on-warnings --config config.yml --domain domain.yml --data data/nlu data/rules data/stories

train: model

bench: model
	@exec .venv/bin/python -m bench $(ARGS)

day: model
	@exec .venv/bin/python -m bench.day $(ARGS)

classify: model
	@exec .venv/bin/puente classify $(if $(FILE),"$(FILE)")

evaluate: $(if $(FILE),model)
ifdef FILE
	@exec .venv/bin/puente evaluate "$(FILE)" $(if $(REPORT),--report "$(REPORT)")
else
	@echo 'make evaluate FILE=messages.jsonl [REPORT=var/evaluation.html]'
	@echo 'FILE has one message per line: {"text": "…", "label": "ask_cost"}, and may tell its "language" and "writer".'
	@echo 'REPORT is a web page with tables and pictures. It quotes messages: keep it where they may be kept.'
endif

# The pictures in docs, of stories and patients that are invented.
screenshots: model browser
	.venv/bin/python docs/screenshots.py
	.venv/bin/python docs/screenshots_console.py

setup: $(BOT_READY) $(ENGINE_READY)

model: setup
	@exec .venv/bin/puente train

$(BOT_READY): | $(UV)
	@.ci/environment "$(UV)" .venv 3.13 requirements.lock --editable
	@touch $@

$(ENGINE_READY): | $(UV)
	@.ci/environment "$(UV)" engine/.venv 3.10 engine/requirements.lock
	@touch $@

$(CURDIR)/.tools/uv/bin/uv:
	@.ci/fetch-uv

# The tests of the web pages need a browser; without one they are skipped and say so.
browser:
	@if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing a browser for the tests of the pages …" >&2; \
	    { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium chromium-driver; } >/dev/null 2>&1 \
	    || echo "No browser could be installed: the tests that need one are skipped." >&2; \
	else echo "No browser here (install chromium and chromedriver): the tests that need one are skipped." >&2; fi

# `make lock` keeps what still fits; `make lock UPGRADE=1` takes the newest that fits.
COMPILE := pip compile --quiet --universal --generate-hashes --no-header $(if $(UPGRADE),--upgrade)
lock: | $(UV)
	$(UV) $(COMPILE) --python-version 3.13 --extra dev pyproject.toml --output-file requirements.lock
	$(UV) $(COMPILE) --python-version 3.10 engine/requirements.in --output-file engine/requirements.lock

# Never the data: DATA_DIR is left alone.
clean:
	rm -rf .venv engine/.venv .tools .rasa .pytest_cache .mypy_cache .ruff_cache models/*.tar.gz models/.training-*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
