"""Questions about a statement, from the first word to the outcome."""
