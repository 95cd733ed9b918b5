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
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**/*.md", "docs/**/*.rst"]
exclude_patterns = [".*", "runs", "site", "dist"]
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types of numpy, torch and others
myst_heading_anchors = 6
html_theme = "furo"
html_title = project
html_show_sphinx = False


def add_toctrees(_: Sphinx, docname: str, source: list[str]) -> None:
    """Make the lists of links of an index the tree of the site: plain Markdown has no other word for it."""
    if docname in INDEXES:
        *_, text = source
        for title, part in re.findall(r"^##? (.+)\n((?:(?!##? ).*\n)*)", text, re.MULTILINE):
            pages = re.findall(r"^- \[.*?\]\((\S+?\.(?:md|rst))\)", part, re.MULTILINE)
            if pages:
                source[0] += "\n".join(["", "```{toctree}", ":hidden:", f":caption: {title}", "", *pages, "```", ""])


def setup(app: Sphinx) -> None:
    """Register what is above."""
    app.connect("source-read", add_toctrees)
