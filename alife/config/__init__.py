"""From a YAML file to a checked configuration: reading, schemas made from constructors, names that become classes."""
