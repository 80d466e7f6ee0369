"""The command line: one module an area."""
