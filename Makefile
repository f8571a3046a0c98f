# Needs make and any Python >= 3.11; everything else is installed into .venv.
# `make PYTHON=/path/to/python3 …` chooses the Python; `make bench FIGURES="accept runs"` what to measure.

.DEFAULT_GOAL := help
.PHONY: help setup demo test soak check bench lock screenshots

help:
	@echo "make demo    open the playground on this machine: no account, no key"
	@echo "make test    run the tests, in a real browser too where there is one"
	@echo "make check   run the linter, the formatter and the type checker"
	@echo "make bench   measure speed and memory beside bare references (on a quiet machine)"
	@echo "make soak    drive the state machine for about an hour, with other steps each time"
	@echo "make setup   only install what these need, into .venv"
	@echo "make screenshots    take the pictures in docs/pictures anew (needs Chromium)"
	@echo "make lock    write requirements.txt anew from pyproject.toml (needs uv)"

setup:
	@PYTHON="$(PYTHON)" sh scripts/python.sh scripts/setup.py

demo: setup
	@.venv/bin/docent demo

test: setup
	@DOCENT_TEST_BROWSER="$$(.venv/bin/python scripts/browser.py)" .venv/bin/python -m pytest -n 3 --dist loadfile

soak: setup
	@.venv/bin/python -m pytest tests/machine --hypothesis-profile=soak

check: setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

bench: setup
	@.venv/bin/python -m benchmarks $(FIGURES)

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 --group dev pyproject.toml --output-file requirements.txt
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    --python-version 3.11 -c requirements.txt pyproject.toml --output-file deploy/requirements.txt

screenshots: setup
	@DOCENT_TEST_BROWSER="$$(.venv/bin/python scripts/browser.py)" .venv/bin/python -m scripts.screenshots
