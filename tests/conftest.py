"""What every test can ask for stands in tests/fixtures/."""

from __future__ import annotations

pytest_plugins = [
    "tests.profiles",
    "tests.fixtures.folders",
    "tests.fixtures.counts",
    "tests.fixtures.scheduling",
    "tests.fixtures.databases",
    "tests.fixtures.stores",
    "tests.fixtures.passwords",
    "tests.fixtures.portal",
    "tests.fixtures.browsers",
    "tests.fixtures.commands",
    "tests.fixtures.installations",
    "tests.fixtures.browser",
]
