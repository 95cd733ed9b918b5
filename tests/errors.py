"""What a test relies on of an error: not its sentence, but the words that a reader needs, in their order."""

import re


def naming(words: str) -> str:
    """Return a pattern for `match`; `...` stands for whatever else the sentence says."""
    return ".*".join(map(re.escape, words.split(" ... ")))


def names(error: object, words: str) -> bool:
    """Return whether these words stand in an error, in their order."""
    return re.search(naming(words), str(error)) is not None
