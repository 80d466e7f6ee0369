"""Assets: list, one, a new one with its file, and a next version."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import request
from sqlalchemy.orm import Session

from content.assets.errors import FileMissing
from content.uploads.asset_answers import (
    FORM_FIELDS,
    AssetAnswer,
    AssetList,
    UploadAnswer,
    asset_answer,
    asset_list,
    upload_asset,
    upload_version,
)
from content.uploads.uploads import Upload, stored
from portal.adapters.queue import READ_VERSION
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.api.blueprint import blueprint
from portal.web.api.operations import Form, Page, Query, Then, read, write
from portal.web.context import db, identity, now, services


@blueprint.get("/assets")
@requires(Permission.CONTENT_READ)
@read("Assets that you may see, by ref", AssetList, Page)
def assets(query: Page) -> AssetList:
    return asset_list(db(), identity(), limit=query.limit, cursor=query.cursor, at=now())


@blueprint.get("/assets/<ref>")
@requires(Permission.CONTENT_READ)
@read("An asset", AssetAnswer)
def asset(_query: Query, ref: str) -> AssetAnswer:
    return asset_answer(db(), identity(), ref, at=now())


def _stored() -> Upload:
    """The file of the form `file`, in the store before any transaction begins."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise FileMissing
    return stored(services().blobs, cast("BinaryIO", file.stream), file.filename)


@blueprint.post("/assets")
@requires(Permission.CONTENT_WRITE)
@write(
    "A new draft with its file; fields are the columns of the manifest",
    UploadAnswer,
    status=201,
    form=Form(_stored, FORM_FIELDS),
)
def new_asset(session: Session, upload: Upload) -> Then:
    made = (now(), services().settings.zone)
    answer, version_id = upload_asset(session, identity(), request.form.to_dict(), upload, made)
    return Then(answer, lambda: services().queue.send(READ_VERSION, version_id=version_id))


@blueprint.post("/assets/<ref>/versions")
@requires(Permission.CONTENT_WRITE, found_first=lambda ref: asset_answer(db(), identity(), ref, at=now()))
@write("The next version of an asset", UploadAnswer, status=201, form=Form(_stored, {}))
def new_version(session: Session, upload: Upload, ref: str) -> Then:
    answer, version_id = upload_version(session, identity(), ref, upload, at=now())
    return Then(answer, lambda: services().queue.send(READ_VERSION, version_id=version_id))
