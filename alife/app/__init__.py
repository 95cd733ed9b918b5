"""The command line, and what it does: launch a run, play, film then and now, write a world or a rule to begin from."""
