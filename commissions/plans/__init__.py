"""Plans as given: their rules, how a document is read and refused, and their versions."""
