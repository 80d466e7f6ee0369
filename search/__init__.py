"""Documents, queries, the engine protocol, and its Whoosh and PostgreSQL engines. Knows no feature."""
