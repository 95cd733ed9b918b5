"""What --seeds takes, and what it says to the rest."""

import pytest

from alife.core.errors import ConfigError
from alife.runs.sweep.seed_list import MAX_SEEDS, parse_seeds


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("7", (7,)),
        ("0-9", tuple(range(10))),
        ("0,3,7", (0, 3, 7)),
        ("0-3,8", (0, 1, 2, 3, 8)),
        (" 5 , 2-3", (5, 2, 3)),
        ("4-4", (4,)),
        ("9223372036854775807", (2**63 - 1,)),
    ],
)
def test_ranges_and_lists_are_seeds_in_their_order(text: str, seeds: tuple[int, ...]) -> None:
    """Both ends of a range belong to it."""
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has the part ''"),
        ("0,,3", "has the part ''"),
        ("1.5", "has the part '1.5'"),
        ("-3", "has the part '-3'"),
        ("0-3-5", "has the part '0-3-5'"),
        ("²", "has the part '²'"),
        ("9-0", "the range 9-0, which ends before it begins"),
        ("0-5,3", "gives seed 3 twice"),
        ("9223372036854775808", "seeds end at 9223372036854775807"),
        ("0-10000", "more than 10,000 seeds"),
        ("0-9998,20000-20001", "more than 10,000 seeds"),
        ("0-9223372036854775807", "more than 10,000 seeds"),
    ],
)
def test_what_is_no_list_of_seeds_is_one_sentence(text: str, says: str) -> None:
    """It says what is wrong and what would be right, however large the range."""
    with pytest.raises(ConfigError, match=r"^--seeds '.*': .*0-9 or 0,3,7") as e:
        parse_seeds(text)

    assert says in str(e.value)
    assert len(e.value.faults) == 1


def test_as_many_as_are_allowed_are_taken() -> None:
    """The limit itself is within."""
    assert len(parse_seeds(f"0-{MAX_SEEDS - 1}")) == MAX_SEEDS
