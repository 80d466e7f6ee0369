"""The demo world, loaded once for all of its tests: on SQLite with a folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from portal.demo.almanac import Almanac
from portal.demo.loading import load_demo
from portal.kernel.db import reading
from portal.services import Services
from tests.demo.world import NOW, PASSWORD, empty_portal


@pytest.fixture(scope="session")
def almanac() -> Almanac:
    return Almanac(NOW.date())


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = empty_portal(tmp_path_factory.mktemp("demo"), NOW)
    load_demo(services, password=PASSWORD, tell=lambda _: None)
    yield services
    services.engine.dispose()


@pytest.fixture
def demo(world: Services) -> Iterator[Session]:
    with reading(world.sessions) as session:
        yield session
