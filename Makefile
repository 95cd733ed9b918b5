# Two commands do everything: `make run` and `make test`.
# The virtual environment is rebuilt when what it is made from changes.
PYTHON ?= python3
INSTALLED := .venv/installed
TOOLS := .venv/tools
BRIAN := .venv/brian/installed
# Bytecode is kept: without it, pytest rewrites all tests anew for each of its processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check style docs clean

run: $(INSTALLED)
	.venv/bin/python run.py

test: style $(BRIAN)
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest -n 2 --dist loadfile

# What is quick, in less than a minute.
check: style
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest -n 2 --dist loadfile -m "not slow and not environment"

style: $(TOOLS)
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy

# The documentation as a site; it begins at site/index.html.
docs: $(TOOLS)
	.venv/bin/python -m sphinx -q -W --keep-going -c docs . site

# The first run compiles what the pond uses, so that the first look at it does not wait.
$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet -c constraints.txt -e .
	.venv/bin/python run.py configs/pond.yaml --headless --ticks 100 --out .venv/compiling > .venv/compiling.log 2>&1 || (cat .venv/compiling.log; false)
	rm -rf .venv/compiling .venv/compiling.log
	touch $@

# What only developing needs, and all extras that have tests.
$(TOOLS): $(INSTALLED)
	.venv/bin/python -m pip install --quiet -c constraints.txt -e ".[test,docs,examples,multi,rl,minigrid,parquet,track,cluster]" tracetorch
	touch $@

# Brian 2.9, the last one for Python 3.11, does not import with numpy 2.4: it has an environment of its own.
$(BRIAN): Makefile $(TOOLS)
	$(PYTHON) -m venv .venv/brian
	.venv/brian/bin/python -m pip install --quiet brian2==2.9.0 numpy==2.3.5
	touch $@

clean:
	rm -rf .venv runs site
