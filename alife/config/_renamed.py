"""Keys and kinds under the names they once had, so that an old configuration is answered with the new word."""

RENAMED_KEYS = {"carry": "accumulate", "drive": "motor", "step": "optimizer", "worth": "reward"}
RENAMED_KINDS = {"plain": "sgd", "population": "population_code"}
