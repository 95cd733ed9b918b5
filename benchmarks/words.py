"""Count words of two checkouts side by side: python -m benchmarks.words OLD NEW.

One line for each identifier that was replaced by the field's word, for methods that many classes define under one name,
and for docstrings that begin with "Let". Tests and documents are left out.
"""

import argparse
import ast
import re
from collections import Counter
from pathlib import Path

from benchmarks.sources import modules

# fmt: off
IDENTIFIERS = (
    "Drive", "drive", "Hand", "hand", "Mind", "mind", "Lesson", "lesson", "Step", "Plain", "Treated", "treated",
    "Guard", "announced", "Flat", "held", "Steering", "Deeds", "letters", "Past", "LookingBack", "Seat",
    "Beginning", "news", "marks", "ways", "touches", "ground", "crowd", "worth", "entropy_push", "going_on",
    "score", "gate", "slope", "steepen", "bends", "down", "keep", "fresh", "Eligible", "due", "settle", "carry",
)
# fmt: on
METHODS = ["take", "draw", "add", "write", "forget", "step", "tell", "touch"]


def identifiers(checkout: Path) -> Counter[str]:
    """Count the names of variables, attributes, arguments, functions and classes."""
    found: Counter[str] = Counter()
    for module in modules(checkout):
        for node in ast.walk(module.tree):
            for field in ("id", "attr", "arg", "name"):
                if isinstance(name := getattr(node, field, None), str):
                    found[name.lstrip("_")] += 1
    return found


def methods(checkout: Path) -> Counter[str]:
    """Count how many functions and methods are defined under a name."""
    nodes = (node for module in modules(checkout) for _, node in module.definitions)
    return Counter(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def prose(checkout: Path) -> Counter[str]:
    """Count docstrings that begin with "Let", and two words in all docstrings."""
    found: Counter[str] = Counter()
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    for module in modules(checkout):
        for node in (node for node in ast.walk(module.tree) if isinstance(node, kinds)):
            text = ast.get_docstring(node) or ""
            found["docstrings that begin with Let"] += text.startswith("Let ")
            found["somebody or nobody"] += len(re.findall(r"\b(?:some|no)body\b", text, re.IGNORECASE))
    return found


def main() -> None:
    """Print the counts, old and new."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path, help="a checkout")
    parser.add_argument("new", type=Path, help="the checkout to compare with it")
    options = parser.parse_args()
    tables = [("identifier", identifiers, IDENTIFIERS), ("definitions of", methods, METHODS)]
    for what, count, words in tables:
        old, new = count(options.old), count(options.new)
        for word in words:
            print(f"{what + ' ' + word:<36} {old[word]:>5} {new[word]:>5}")
    old, new = prose(options.old), prose(options.new)
    for word in old:
        print(f"{word:<36} {old[word]:>5} {new[word]:>5}")


if __name__ == "__main__":
    main()
