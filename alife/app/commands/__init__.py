"""The commands: above each what it takes, in its function what it does; `alife/app/cli.py` lists them."""
