"""A document, those who put their name on it, and the store that a house of that size has."""

from __future__ import annotations

import pytest

from portal.services import Services
from tests.factories.partners_copies import World, a_world
from tests.fixtures.stores import as_houses_store


@pytest.fixture
def services(services: Services, request: pytest.FixtureRequest) -> Services:
    return as_houses_store(services, request)


@pytest.fixture
def world(services: Services) -> World:
    return a_world(services)
