"""What `alife new-rule` copies: a rule and its test, which live and are checked like all else here."""
