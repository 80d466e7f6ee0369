"""When a partner's copy of a document ends, and that its bytes go then."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from content.assets.cobranding_models import CobrandedFile
from content.assets.models import Asset
from content.editing.publishing import retire
from content.processing.ended_copies import hash_columns, sweep_copies
from migrations.models import metadata
from portal import worker
from portal.adapters.s3 import S3Store, StoreUnreachable
from portal.kernel.db import reading, transaction
from portal.services import Services
from tests.factories.partners_copies import PLACE, World, name_itself, our_copy
from tests.factories.usage import a_published_version, a_version
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock


def a_copy_of_golds(services: Services, world: World, log_in: LogIn) -> None:
    log_in(world.brand).post("/library/study/zone", data=PLACE)
    gold = log_in(world.gold)
    name_itself(gold)
    our_copy(services, gold)


@pytest.mark.parametrize("end", ["retired", "expired", "new version", "zone removed"])
def test_the_copy_ends_with_its_version(
    end: str, services: Services, clock: Clock, world: World, log_in: LogIn
) -> None:
    brand, gold = log_in(world.brand), log_in(world.gold)
    brand.post("/library/study/zone", data=PLACE)
    name_itself(gold)
    assert our_copy(services, gold).status_code == 200
    if end == "zone removed":
        assert brand.post("/library/study/zone", data={"remove": "yes"}).status_code == 303
    else:
        with transaction(services.sessions) as session:
            asset = session.scalars(select(Asset)).one()
            if end == "retired":
                retire(session, asset, at=clock(), by="operator")
            elif end == "expired":
                asset.expires_at = clock()
            else:
                a_version(session, asset, number=2)
    assert gold.get("/library/study/with-our-name").status_code == 404
    assert gold.get("/library/study/with-our-name/page").status_code == 404
    assert gold.post("/library/study/with-our-name").status_code == 404
    with reading(services.sessions) as session:
        made = session.scalars(select(CobrandedFile)).one()
    worker.sweep(services)
    with reading(services.sessions) as session:
        assert session.scalars(select(CobrandedFile)).all() == []
    assert not services.blobs.exists(made.file_sha256)
    assert not services.blobs.exists(made.image_sha256)


def test_f8_a_copy_whose_bytes_cannot_go_now_goes_when_the_store_answers(
    services: Services, world: World, log_in: LogIn
) -> None:
    a_copy_of_golds(services, world, log_in)
    with transaction(services.sessions) as session:
        retire(session, session.scalars(select(Asset)).one(), at=services.clock(), by="operator")
    nowhere = S3Store("none", endpoint_url="http://127.0.0.1:9")
    with pytest.raises(StoreUnreachable):
        sweep_copies(services.sessions, nowhere, at=services.clock())
    with reading(services.sessions) as session:
        made = session.scalars(select(CobrandedFile)).one()
    assert services.blobs.exists(made.file_sha256)
    assert sweep_copies(services.sessions, services.blobs, at=services.clock()) == 1
    assert not services.blobs.exists(made.file_sha256)


def test_what_is_somebodys_upload_too_outlives_the_copy(
    services: Services, world: World, log_in: LogIn
) -> None:
    a_copy_of_golds(services, world, log_in)
    with transaction(services.sessions) as session:
        made = session.scalars(select(CobrandedFile)).one()
        a_published_version(session, blob_sha256=made.file_sha256)
        retire(
            session, session.scalars(select(Asset).where(Asset.ref == "study")).one(), at=made.made_at, by="x"
        )
    worker.sweep(services)
    assert services.blobs.exists(made.file_sha256)
    assert not services.blobs.exists(made.image_sha256)


def test_whether_anything_names_a_blob_is_asked_of_indexes() -> None:
    """Of every column at which the sweep looks, whatever package it is in."""
    columns = [column for table in metadata.sorted_tables for column in hash_columns(table)]
    assert CobrandedFile.__table__.c.file_sha256 in columns
    without = [
        str(column)
        for column in columns
        if not any(next(iter(index.columns)) is column for index in column.table.indexes)
    ]
    assert without == []
