"""The documentation as a site: `make docs` builds it from the pages as they lie in the repository.

The source is the whole repository, so that the links of a page lead to the same files on the site as beside it; what is
no page, such as a module or a configuration, is copied.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

import alife

project = "tracelife"
author = "the authors of tracelife"
version = release = alife.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/index"
INDEXES = ("docs/index", "docs/reference/README", "docs/results/README")
include_patterns = ["*.md", "docs/**.md"]
exclude_patterns = [".*", "runs", "site", "dist"]
default_role = "literal"
smartquotes = False  # two dashes are an option, not a dash
autodoc_typehints = "none"  # shapes and units are in the docstrings
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types of numpy, torch and others
myst_heading_anchors = 6
myst_ref_domains = ["std"]  # a link means a page, never a name of Python
html_theme = "furo"
html_title = project
html_show_sphinx = False


def add_toctrees(_: Sphinx, docname: str, source: list[str]) -> None:
    """Make the lists of links of an index the tree of the site: plain Markdown has no other word for it."""
    if docname in INDEXES:
        *_, text = source
        for title, part in re.findall(r"^##? (.+)\n((?:(?!##? ).*\n)*)", text, re.MULTILINE):
            pages = re.findall(r"^- \[(.+?)\]\((\S+?\.md)\)", part, re.MULTILINE)
            tree = "\n".join(f"{name} <{page}>" for name, page in pages)
            if pages:
                source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{tree}\n```\n"


def as_rest(_: Sphinx, kind: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Make a docstring of ours reST: what is indented after an empty line is an equation, and a star is a star."""
    written: list[str] = []
    equation = False
    for before, line in zip(["", *lines], lines, strict=False):
        indented = line.startswith("    ")
        if indented and not before and not equation:
            written += ["::", ""]
            equation = True
        elif line and not indented:
            equation = False
        written.append(line if equation else re.sub(r"(\*(?=\S)|[|\\])", r"\\\1", line))
    lines[:] = written


def add_front_door(app: Sphinx, _: Exception | None) -> None:
    """Lead who opens the folder to the index."""
    door = '<meta http-equiv="refresh" content="0; url=docs/index.html"><a href="docs/index.html">Index</a>'
    (Path(app.outdir) / "index.html").write_text(door)


def setup(app: Sphinx) -> None:
    """Register what is above."""
    app.connect("source-read", add_toctrees)
    app.connect("autodoc-process-docstring", as_rest, priority=400)  # before napoleon
    app.connect("build-finished", add_front_door)
