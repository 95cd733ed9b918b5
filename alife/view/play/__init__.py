"""Playing: a person steers one creature from the keyboard."""
