"""Every Python block of the documentation runs, page by page, from top to bottom."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md"))
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def _blocks(page: Path) -> list[tuple[int, str]]:
    """Return the line at which each block begins, and its text."""
    text = page.read_text()
    return [(text[: match.start(1)].count("\n"), match[1]) for match in _BLOCK.finditer(text)]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_a_page_does_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its blocks run one after the other in an empty folder, and each `print(...)  # words` prints these words."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    promised: list[str] = []
    for line, block in _blocks(page):
        promised += re.findall(r"^ *print\(.*\)  # (.*)$", block, re.MULTILINE)
        exec(compile("\n" * line + block, str(page), "exec"), names)

    assert capsys.readouterr().out.splitlines() == promised


def test_there_are_pages_with_code() -> None:
    """The pages are found, and so are their blocks."""
    assert sum(len(_blocks(page)) for page in PAGES) >= 8
