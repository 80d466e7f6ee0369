"""Rows to start from: each factory has a default for everything but the facts that a test is about."""
