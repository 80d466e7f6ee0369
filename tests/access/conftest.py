"""The world in which the tests of access try every door."""

from __future__ import annotations

import pytest

from portal.services import Services
from tests.access.world import World, make_world


@pytest.fixture
def world(services: Services) -> World:
    return make_world(services)
