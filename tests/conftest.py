"""What every test can ask for stands in tests/fixtures/."""

from __future__ import annotations

import importlib.util

pytest_plugins = [
    "tests.profiles",
    "tests.fixtures.counts",
    "tests.fixtures.databases",
    "tests.fixtures.stores",
]
if importlib.util.find_spec("search.whoosh_engine") and importlib.util.find_spec("search.postgresql_engine"):
    pytest_plugins.append("tests.fixtures.portal")
