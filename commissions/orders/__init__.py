"""Orders and their lines as people read them: pages, pacing, history, reconciliation."""
