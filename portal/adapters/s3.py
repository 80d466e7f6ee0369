"""Blobs in any S3-compatible store, by boto3: bounded waits, and links that live a minute."""

from __future__ import annotations

import hashlib
import shutil
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

from portal.kernel.ports import BlobNotStored, DownloadLink, StoredBlob

CHUNK = 1024 * 1024
IN_MEMORY = 4 * CHUNK
# boto3's own defaults are 60 s and 60 s (security F8) and links of an hour (R28)
CONNECT_SECONDS, READ_SECONDS, TRIES, LINK_SECONDS = 2, 3, 2, 60
MISSING = {"404", "NoSuchKey", "NotFound"}


class StoreUnreachable(OSError):
    """The store did not answer, or refused, within the bounded time."""


class S3Store:
    """Implements `BlobStore`: keys `prefix/ab/ab12…` in one private bucket."""

    def __init__(self, bucket: str, *, prefix: str = "", endpoint_url: str | None = None) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._client = _client(endpoint_url)

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
        return _chunks(lambda: body.read(CHUNK))

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
                    yield str(entry["Key"]).rsplit("/", 1)[-1]

    def local_copy(self, sha256: str, target: Path) -> None:
        with target.open("wb") as copy, _reachable(sha256):
            shutil.copyfileobj(self.open(sha256), copy, CHUNK)

    def link(self, sha256: str, *, media_type: str, disposition: str) -> DownloadLink:
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
        return DownloadLink(str(url))

    def check(self) -> None:
        with _reachable():
            self._client.head_bucket(Bucket=self._bucket)

    def sweep(self, *, before: datetime) -> None:
        with _reachable():
            for page in self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket):
                for upload in page.get("Uploads", ()):
                    if upload["Initiated"] < before and str(upload["Key"]).startswith(self._prefix):
                        self._client.abort_multipart_upload(
                            Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                        )

    def _get(self, sha256: str, **options: str) -> dict[str, Any]:
        with _reachable(sha256):
            found = self._client.get_object(Bucket=self._bucket, Key=self._key(sha256), **options)
        return cast("dict[str, Any]", found)

    def _key(self, sha256: str) -> str:
        return "/".join(filter(None, (self._prefix, sha256[:2], sha256)))


def _client(endpoint_url: str | None) -> Any:
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
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


def _hashed_copy(stream: BinaryIO, target: IO[bytes]) -> StoredBlob:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(lambda: stream.read(CHUNK)):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return StoredBlob(digest.hexdigest(), size)


def _chunks(read: Callable[[], bytes]) -> Iterator[bytes]:
    while chunk := read():
        yield chunk
