"""Short programs to read and to change."""
