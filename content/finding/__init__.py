"""Finding: indexing, queries, facets, completion, synonyms, what proved itself, and the log of searches."""
