"""The site: it is built without a warning, no link in it is broken, and all of it is reached from its first page."""

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.command import ROOT

pytestmark = [
    pytest.mark.environment,
    pytest.mark.skipif(find_spec("sphinx") is None, reason="the extra docs is not installed"),
]
NOT_PAGES = {"genindex.html", "py-modindex.html", "search.html"}


class _Page(HTMLParser):
    """The names of a page that can be linked to, and what it links to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {value for name, value in attrs if name == "id" and value}
        self.links += [value for name, value in attrs if name in ("href", "src") and value]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this tree, as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    options = ["-q", "-W", "--keep-going", "-c", "docs", "-d", folder / "read", ".", folder / "site"]
    command = [sys.executable, "-m", "sphinx", *map(str, options)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert finished.returncode == 0, finished.stderr
    return folder / "site"


def _targets(path: Path, page: _Page) -> Iterator[tuple[Path, str]]:
    """Return the file and the place in it that each link of a page within the site leads to."""
    for link in page.links:
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc:
            target = path.parent / unquote(parts.path) if parts.path else path
            yield target.resolve(), unquote(parts.fragment)


def test_no_link_is_broken_and_every_page_is_reached(site: Path) -> None:
    """Files and places within them; from index.html on."""
    pages = {path.resolve(): _Page(path) for path in site.rglob("*.html")}
    links = {path: set(_targets(path, page)) for path, page in pages.items()}
    broken = [
        f"{path.name}: {target.name}#{place}"
        for path, targets in links.items()
        for target, place in targets
        if not target.exists() or (place and target in pages and place not in pages[target].names)
    ]
    reached, new = set(), {(site / "index.html").resolve()}
    while new:
        reached |= new
        new = {target for path in new for target, _ in links.get(path, ())} - reached

    assert broken == []
    assert len(pages) > 40
    assert {path for path in pages if path.name not in NOT_PAGES} <= reached
