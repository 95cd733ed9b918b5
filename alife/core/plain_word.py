"""Plain words: text that older YAML takes for a boolean."""

_YES, _NO = ("y", "yes", "on"), ("n", "no", "off")


class PlainWord(str):
    """A word without quotes that YAML 1.1 takes for true or false, as in `wind: off`; here, as in YAML 1.2, it is text.

    Who knows that a boolean is wanted may take it for one.
    """

    __slots__ = ()

    @property
    def truth(self) -> bool:
        """What YAML 1.1 takes it for."""
        return self.lower() in _YES

    @staticmethod
    def is_one(text: str) -> bool:
        """Return whether a text, written without quotes, is such a word."""
        return text.lower() in _YES + _NO
