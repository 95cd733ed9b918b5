"""The reference: a page for each family, one for genes and one for the sections of a configuration, from the code.

python -m benchmarks.reference        write docs/reference/, but for its README and the page of Python
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from alife.app.describe import GENE, SECTION, Chapter, Key, Member, chapters, left_out
from alife.config.docstrings import first_sentence
from alife.config.resolve import FAMILIES

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
_PACKAGES = {family.name: family.package.replace(".", "/") for family in FAMILIES}
_NAMES = re.compile(rf"\bsection (?P<section>\w+)|\b({'|'.join(_PACKAGES)})\b")
_MORE = {
    "world": "[Worlds](../worlds.md) has what creatures sense and do there, and how learners fare; "
    "[your own](../worlds/your-own.md) is one more.",
    "sense": "[Your own](../senses/your-own.md) is one more.",
    "layer": "[Your own](../neurons/your-own.md) is one more.",
    "rule": "[Your own](../rules/your-own.md) is one more, and [results](../results/README.md) compares them.",
    GENE: "[Life](../life.md) tells how they are inherited.",
    "hazard": "[Life](../life.md) tells of death.",
}


def pages() -> dict[str, str]:
    """Return the text of each page by its name; what installed packages announce is not in it."""
    return {page_name(each): "\n\n".join(_page(each)) + "\n" for each in chapters(plug_ins=False).values()}


def page_name(chapter: Chapter) -> str:
    """Return the file of a family, or of the sections."""
    return "configuration.md" if chapter.name == SECTION else f"{chapter.name}s.md"


def table_of_keys(keys: Sequence[Key], pages: str = "") -> str:
    """Return the keys of a section as a table of Markdown, in which families and sections lead to their pages.

    Args:
        keys: of the section.
        pages: where these are, as seen from the page of the table: a folder and a slash.
    """
    lines = ["| key | type | if left out | what it is |", "|---|---|---|---|"]
    for key in keys:
        default = left_out(key) if key.default is None else f"`{key.default}`"
        type_ = _NAMES.sub(lambda found: f"[{found[0]}]({pages}{_page_of(found)})", key.type)
        lines.append(f"| {' | '.join(map(_cell, (f'`{key.name}`', type_, default, key.what)))} |")
    return "\n".join(lines)


def _page_of(found: re.Match[str]) -> str:
    return f"configuration.md#{found['section']}" if found["section"] else f"{found[0]}s.md"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _page(chapter: Chapter) -> Iterator[str]:
    title = "configuration" if chapter.name == SECTION else f"{chapter.name}s"
    yield f"# {title.capitalize()}"
    yield f"{chapter.what} Made by `python -m benchmarks.reference` from the code, as the [reference](README.md) is."
    if chapter.name in _MORE:
        yield _MORE[chapter.name]
    links = (
        f"| [{name}](#{name}) | {_cell(first_sentence(member.story))} |" for name, member in chapter.members.items()
    )
    yield "\n".join(["| name | |", "|---|---|", *links])
    for member in chapter.members.values():
        yield from _entry(chapter, member)


def _entry(chapter: Chapter, member: Member) -> Iterator[str]:
    yield f"## {member.name}"
    yield member.story
    if chapter.name in _PACKAGES:
        file = f"{_PACKAGES[chapter.name]}/{member.name}.py"
        yield f"Written in [{file}](../../{file})."
    if member.keys:
        yield table_of_keys(member.keys)


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
        print((REFERENCE / name).relative_to(ROOT))


if __name__ == "__main__":
    main()
