"""Blobs in any S3-compatible store, by boto3: bounded waits, and links that live a minute."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from portal.adapters.streams import CHUNK, Hashing
from portal.kernel.ports import (
    PARTS_KEPT,
    BlobNotStored,
    JoinedBlob,
    PartsNotStored,
    StoredBlob,
)

IN_MEMORY = 4 * CHUNK
# boto3's own defaults are 60 s and 60 s (security F8) and links of an hour (R28)
CONNECT_SECONDS, READ_SECONDS, TRIES, LINK_SECONDS = 2, 3, 2, 60
# a store puts the parts of a file together before it answers
JOIN_SECONDS = 60
MISSING = {"404", "NoSuchKey", "NotFound", "NoSuchUpload"}
PARTS = "parts"
COPY = TransferConfig(multipart_threshold=64 * CHUNK, multipart_chunksize=32 * CHUNK, max_concurrency=4)


class StoreUnreachable(OSError):
    """The store did not answer, or refused, within the bounded time."""


class S3Store:
    """Implements `BlobStore`: keys `prefix/ab/ab12…` in one private bucket.

    What comes in parts is a multipart upload under `prefix/parts/`, its name "token:id of the upload";
    the token starts with the second in which it began.
    """

    def __init__(self, bucket: str, *, prefix: str = "", endpoint_url: str | None = None) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._client = _client(endpoint_url, READ_SECONDS)
        self._patient_client = _client(endpoint_url, JOIN_SECONDS)

    def put(self, stream: BinaryIO) -> StoredBlob:
        with SpooledTemporaryFile(IN_MEMORY) as whole:
            blob = _hashed_copy(stream, whole)
            whole.seek(0)
            with _reachable():
                # in parts, so that a slow line is judged by part, and visible only when complete
                self._client.upload_fileobj(
                    whole, self._bucket, self._key(blob.sha256), Config=TransferConfig(max_concurrency=4)
                )
        return blob

    def open(self, sha256: str) -> BinaryIO:
        return cast("BinaryIO", self._get(sha256)["Body"])

    def read_range(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        if end <= start:
            return iter(())
        body = self._get(sha256, Range=f"bytes={start}-{end - 1}")["Body"]
        return _reachable_chunks(body)

    def size(self, sha256: str) -> int:
        with _reachable(sha256):
            head = self._client.head_object(Bucket=self._bucket, Key=self._key(sha256))
        return int(head["ContentLength"])

    def exists(self, sha256: str) -> bool:
        try:
            self.size(sha256)
        except BlobNotStored:
            return False
        return True

    def delete(self, sha256: str) -> None:
        with _reachable():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(sha256))

    def keys(self) -> Iterator[str]:
        prefix = f"{self._prefix}/" if self._prefix else ""
        with _reachable():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    folder, _, name = str(entry["Key"]).removeprefix(prefix).rpartition("/")
                    if folder != PARTS:
                        yield name

    def local_copy(self, sha256: str, target: Path) -> None:
        with target.open("wb") as copy, _reachable(sha256):
            shutil.copyfileobj(self.open(sha256), copy, CHUNK)

    def link(self, sha256: str, *, media_type: str, disposition: str) -> str | None:
        url = self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": self._key(sha256),
                "ResponseContentType": media_type,
                "ResponseContentDisposition": disposition,
                "ResponseCacheControl": "private, no-store",
            },
            ExpiresIn=LINK_SECONDS,
        )
        return str(url)

    def check(self) -> None:
        with _reachable():
            self._client.head_bucket(Bucket=self._bucket)

    def begin_parts(self) -> str:
        token = f"{int(time.time()):08x}{secrets.token_hex(12)}"
        with _reachable():
            begun = self._client.create_multipart_upload(Bucket=self._bucket, Key=self._parts_key(token))
        return f"{token}:{begun['UploadId']}"

    def put_part(self, parts: str, number: int, stream: BinaryIO) -> StoredBlob:
        with SpooledTemporaryFile(IN_MEMORY) as whole:
            blob = _hashed_copy(stream, whole)
            whole.seek(0)
            with _parts_there(parts):
                self._client.upload_part(**self._multipart(parts), PartNumber=number, Body=whole)
        return blob

    def part_link(self, parts: str, number: int, *, size: int) -> str | None:
        # the length is part of what is signed, so that the link takes this part and nothing larger
        wanted = self._multipart(parts) | {"PartNumber": number, "ContentLength": size}
        url = self._client.generate_presigned_url("upload_part", Params=wanted, ExpiresIn=LINK_SECONDS)
        return str(url)

    def part_sizes(self, parts: str) -> dict[int, int]:
        return {part["PartNumber"]: int(part["Size"]) for part in self._stored_parts(parts)}

    def join_parts(self, parts: str, *, part_size: int) -> JoinedBlob:
        key = self._parts_key(parts.partition(":")[0])
        try:
            self._complete(parts)
        except PartsNotStored:
            # done before, by a worker that was killed since; then the whole is there
            if not self._is_there(key):
                raise
        with _parts_there(parts):
            whole = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            stream = Hashing(whole, part_size)
            blob = _hashed_copy(cast("BinaryIO", stream), None)
            # within the store; the blob appears under its name when all of it is there
            self._client.copy(
                {"Bucket": self._bucket, "Key": key}, self._bucket, self._key(blob.sha256), Config=COPY
            )
        return JoinedBlob(blob.sha256, blob.size, stream.parts())

    def discard_parts(self, parts: str) -> None:
        try:
            with _parts_there(parts):
                self._client.abort_multipart_upload(**self._multipart(parts))
        except PartsNotStored:
            pass
        with _reachable():
            self._client.delete_object(Bucket=self._bucket, Key=self._parts_key(parts.partition(":")[0]))

    def sweep(self, *, before: datetime) -> None:
        with _reachable():
            for page in self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket):
                for upload in page.get("Uploads", ()):
                    key = str(upload["Key"])
                    if key.startswith(self._prefix) and self._is_stale(key, upload["Initiated"], before):
                        self._client.abort_multipart_upload(
                            Bucket=self._bucket, Key=key, UploadId=upload["UploadId"]
                        )

    def _is_stale(self, key: str, initiated: datetime, before: datetime) -> bool:
        ours = self._parts_key("")
        if not key.startswith(ours):
            return initiated < before
        # its token says when it began: some stores date every upload alike
        began = key.removeprefix(ours)[:8]
        return int(began, 16) < (before - PARTS_KEPT).timestamp()

    def takes_parts_from(self, origin: str) -> bool:
        """Whether the bucket lets a page of this origin send parts to it (its CORS rules)."""
        try:
            with _reachable():
                rules = self._client.get_bucket_cors(Bucket=self._bucket)["CORSRules"]
        except StoreUnreachable:
            return False
        return any(
            {"*", origin} & set(rule["AllowedOrigins"]) and "PUT" in rule["AllowedMethods"] for rule in rules
        )

    def _complete(self, parts: str) -> None:
        stored = [
            {"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in self._stored_parts(parts)
        ]
        if not stored:
            raise PartsNotStored(parts)
        with _parts_there(parts):
            self._patient_client.complete_multipart_upload(
                **self._multipart(parts), MultipartUpload={"Parts": stored}
            )

    def _stored_parts(self, parts: str) -> list[dict[str, Any]]:
        with _parts_there(parts):
            pages = self._client.get_paginator("list_parts").paginate(**self._multipart(parts))
            return [part for page in pages for part in page.get("Parts", ())]

    def _is_there(self, key: str) -> bool:
        try:
            with _reachable(key):
                self._client.head_object(Bucket=self._bucket, Key=key)
        except BlobNotStored:
            return False
        return True

    def _multipart(self, parts: str) -> dict[str, Any]:
        token, _, upload_id = parts.partition(":")
        return {"Bucket": self._bucket, "Key": self._parts_key(token), "UploadId": upload_id}

    def _parts_key(self, token: str) -> str:
        return "/".join((*filter(None, (self._prefix, PARTS)), token))

    def _get(self, sha256: str, **options: str) -> dict[str, Any]:
        with _reachable(sha256):
            found = self._client.get_object(Bucket=self._bucket, Key=self._key(sha256), **options)
        return cast("dict[str, Any]", found)

    def _key(self, sha256: str) -> str:
        return "/".join(filter(None, (self._prefix, sha256[:2], sha256)))


def _client(endpoint_url: str | None, read_seconds: int) -> Any:
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"total_max_attempts": TRIES, "mode": "standard"},
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint_url else "auto"},
        # stores other than Amazon's refuse the newer checksum headers
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    session = boto3.session.Session()
    region = session.region_name or "us-east-1"
    return session.client("s3", endpoint_url=endpoint_url, region_name=region, config=config)


@contextmanager
def _reachable(sha256: str | None = None) -> Iterator[None]:
    """Turn boto3's errors into the port's: BlobNotStored for a missing key, else StoreUnreachable."""
    try:
        yield
    except ClientError as error:
        if sha256 and error.response.get("Error", {}).get("Code") in MISSING:
            raise BlobNotStored(sha256) from None
        raise StoreUnreachable(str(error)) from error
    except (BotoCoreError, HTTPClientError, boto3.exceptions.Boto3Error) as error:
        raise StoreUnreachable(str(error)) from error


@contextmanager
def _parts_there(parts: str) -> Iterator[None]:
    """Like `_reachable`, for what comes in parts: PartsNotStored when the store does not know them."""
    try:
        with _reachable(parts):
            yield
    except BlobNotStored:
        raise PartsNotStored(parts) from None


def _hashed_copy(stream: BinaryIO, target: IO[bytes] | None) -> StoredBlob:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(lambda: stream.read(CHUNK)):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return StoredBlob(digest.hexdigest(), size)


def _reachable_chunks(body: Any) -> Iterator[bytes]:
    """What is read of an answer, which may break off in the middle."""
    with _reachable():
        yield from _chunks(lambda: body.read(CHUNK))


def _chunks(read: Callable[[], bytes]) -> Iterator[bytes]:
    while chunk := read():
        yield chunk
