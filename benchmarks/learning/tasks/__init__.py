"""The tasks on which rules are compared, made in plain numpy, each with a chance level and an upper reference."""
