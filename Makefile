# Two commands do everything: `make run` and `make test`.
# The virtual environment is rebuilt when what it is made from changes.
PYTHON ?= python3
INSTALLED := .venv/installed

.PHONY: run test check clean

run: $(INSTALLED)
	.venv/bin/python run.py

test: check
	.venv/bin/python -m pytest

check: $(INSTALLED)
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet -c constraints.txt -e ".[test]"
	touch $@

clean:
	rm -rf .venv runs
