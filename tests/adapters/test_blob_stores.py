"""The contract of the blob store, over a folder and over S3 by HTTP."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest

from portal.adapters import s3
from portal.adapters.local_files import LocalFiles
from portal.adapters.s3 import S3Store
from portal.kernel.ports import PARTS_KEPT, BlobNotStored, BlobStore, PartsNotStored, StoredBlob

ROOT = Path(__file__).resolve().parents[2]
DATA = b"0123456789" * 1000
SHA = hashlib.sha256(DATA).hexdigest()
NOWHERE = "0" * 64


class Broken(io.RawIOBase):
    """A stream whose line breaks after some bytes."""

    def __init__(self) -> None:
        self._left = 3

    def read(self, _size: int = -1) -> bytes:
        self._left -= 1
        if not self._left:
            raise ConnectionResetError("the line broke")
        return b"x" * 1000


def test_what_was_put_is_there_under_its_hash(blobs: BlobStore, tmp_path: Path) -> None:
    stored = blobs.put(io.BytesIO(DATA))
    assert (stored.sha256, stored.size) == (SHA, len(DATA))
    with blobs.open(SHA) as stream:
        assert stream.read() == DATA
    assert blobs.size(SHA) == len(DATA)
    assert blobs.exists(SHA)
    assert list(blobs.keys()) == [SHA]
    blobs.local_copy(SHA, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == DATA


def test_putting_twice_is_once_and_deleting_twice_too(blobs: BlobStore) -> None:
    blobs.put(io.BytesIO(DATA))
    blobs.put(io.BytesIO(DATA))
    assert list(blobs.keys()) == [SHA]
    blobs.delete(SHA)
    blobs.delete(SHA)
    assert not blobs.exists(SHA)


def test_ranges_are_half_open(blobs: BlobStore) -> None:
    blobs.put(io.BytesIO(DATA))
    assert b"".join(blobs.read_range(SHA, 5, 12)) == DATA[5:12]
    assert b"".join(blobs.read_range(SHA, 0, 0)) == b""
    assert b"".join(blobs.read_range(SHA, len(DATA) - 1, len(DATA))) == DATA[-1:]


@pytest.mark.parametrize("sha256", [NOWHERE, "f" * 64])
def test_what_is_not_there_is_said(blobs: BlobStore, sha256: str, tmp_path: Path) -> None:
    with pytest.raises(BlobNotStored):
        blobs.open(sha256)
    with pytest.raises(BlobNotStored):
        blobs.size(sha256)
    with pytest.raises(BlobNotStored):
        list(blobs.read_range(sha256, 0, 1))
    with pytest.raises(BlobNotStored):
        blobs.local_copy(sha256, tmp_path / "copy")


def test_an_upload_that_breaks_leaves_no_blob(blobs: BlobStore) -> None:
    with pytest.raises(ConnectionResetError):
        blobs.put(Broken())  # type: ignore[arg-type]
    assert list(blobs.keys()) == []


def test_a_store_that_answers_passes_its_check(blobs: BlobStore) -> None:
    blobs.check()
    blobs.sweep(before=datetime.now(UTC))


def test_a_link_of_s3_lives_a_minute_and_names_type_and_file(bucket: object, blobs: BlobStore) -> None:
    link = blobs.link(SHA, media_type="image/webp", disposition="inline")
    if isinstance(blobs, LocalFiles):
        assert link is None
        return
    assert link is not None
    query = parse_qs(urlsplit(link).query)
    assert int(query["X-Amz-Expires"][0]) <= 60
    assert query["response-content-type"] == ["image/webp"]
    assert query["response-content-disposition"] == ["inline"]


def test_a_name_that_is_no_hash_never_becomes_a_path(tmp_path: Path) -> None:
    with pytest.raises(BlobNotStored):
        LocalFiles(tmp_path).open("../../etc/passwd")


def test_a_store_that_is_down_is_said_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing-only")
    store = S3Store("bucket", endpoint_url="http://127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(OSError, match="connect"):
        store.put(io.BytesIO(DATA))
    with pytest.raises(OSError, match="connect"):
        store.check()
    assert time.monotonic() - started < 30


PUT_SLOWLY = """
import sys
from pathlib import Path
from portal.adapters.local_files import LocalFiles
LocalFiles(Path(sys.argv[1])).put(sys.stdin.buffer)
"""


def test_a_process_killed_while_it_stores_leaves_only_what_the_sweep_removes(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PUT_SLOWLY, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT) as process:
        pipe: IO[bytes] = process.stdin  # type: ignore[assignment]
        pipe.write(b"x" * 3_000_000)
        pipe.flush()
        for _ in range(100):
            if list((tmp_path / "unfinished").glob("*")):
                break
            time.sleep(0.1)
        os.kill(process.pid, signal.SIGKILL)
    store = LocalFiles(tmp_path)
    assert list(store.keys()) == []
    assert len(list((tmp_path / "unfinished").iterdir())) == 1
    store.sweep(before=datetime.now(UTC) + timedelta(seconds=5))
    assert list((tmp_path / "unfinished").iterdir()) == []


PART = 5 * 1024 * 1024


def in_parts(blobs: BlobStore, *data: bytes) -> str:
    parts = blobs.begin_parts()
    for number, part in enumerate(data, 1):
        assert blobs.put_part(parts, number, io.BytesIO(part)).sha256 == hashlib.sha256(part).hexdigest()
    return parts


def test_what_comes_in_parts_is_one_blob_with_the_hash_of_each(blobs: BlobStore) -> None:
    first, last = b"a" * PART, b"the end"
    parts = in_parts(blobs, first, last)
    assert blobs.part_sizes(parts) == {1: PART, 2: 7}
    assert list(blobs.keys()) == []
    joined = blobs.join_parts(parts, part_size=PART)
    assert (joined.sha256, joined.size) == (hashlib.sha256(first + last).hexdigest(), PART + 7)
    assert joined.parts == tuple(hashlib.sha256(part).hexdigest() for part in (first, last))
    assert list(blobs.keys()) == [joined.sha256]
    # a worker that was killed before it wrote down the result does it again
    assert blobs.join_parts(parts, part_size=PART) == joined
    blobs.discard_parts(parts)
    blobs.discard_parts(parts)
    with blobs.open(joined.sha256) as stream:
        assert stream.read(1) == b"a"
    with pytest.raises(PartsNotStored):
        blobs.join_parts(parts, part_size=PART)


def test_a_part_that_comes_again_replaces_the_one_before(blobs: BlobStore) -> None:
    parts = in_parts(blobs, b"torn")
    blobs.put_part(parts, 1, io.BytesIO(b"whole"))
    assert blobs.part_sizes(parts) == {1: 5}
    assert blobs.join_parts(parts, part_size=PART).sha256 == hashlib.sha256(b"whole").hexdigest()


def test_parts_that_are_paused_outlive_the_sweep_until_nobody_comes_back(blobs: BlobStore) -> None:
    parts = in_parts(blobs, b"half")
    blobs.sweep(before=datetime.now(UTC) + timedelta(hours=1))
    assert blobs.part_sizes(parts) == {1: 4}
    blobs.sweep(before=datetime.now(UTC) + PARTS_KEPT + timedelta(hours=1))
    with pytest.raises(PartsNotStored):
        blobs.part_sizes(parts)


class Overtaken(LocalFiles):
    """A folder in which another process has joined the parts, and discards them, while this one does."""

    parts = ""

    def put(self, stream: BinaryIO) -> StoredBlob:
        self.discard_parts(self.parts)
        return super().put(stream)


def test_parts_that_another_process_joins_and_discards_meanwhile_are_not_there(tmp_path: Path) -> None:
    store = Overtaken(tmp_path)
    store.parts = in_parts(store, b"whole")
    with pytest.raises(PartsNotStored):
        store.join_parts(store.parts, part_size=PART)
    assert list(store.keys()) == []


def test_parts_that_nobody_began_are_not_there(blobs: BlobStore) -> None:
    for parts in ("../../etc", "0" * 32, f"{'0' * 32}:none"):
        with pytest.raises(PartsNotStored):
            blobs.part_sizes(parts)


def test_f8_a_store_that_takes_everything_and_answers_nothing_is_given_up_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(s3, "READ_SECONDS", 0.2)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing-only")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = S3Store("bucket", prefix="", endpoint_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        with pytest.raises(OSError, match=r"[Tt]imeout"):
            store.put_part("0:upload", 1, io.BytesIO(b"x"))
        with pytest.raises(OSError, match=r"[Tt]imeout"):
            store.part_sizes("0:upload")
        assert time.monotonic() - started < 20


def test_f8_an_answer_that_breaks_off_is_a_store_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing-only")
    with socket.create_server(("127.0.0.1", 0)) as server:
        breaking = threading.Thread(target=_answer_in_part, args=(server,))
        breaking.start()
        store = S3Store("bucket", prefix="", endpoint_url=f"http://127.0.0.1:{server.getsockname()[1]}")
        chunks = store.read_range("a" * 64, 0, 100)
        with pytest.raises(OSError, match="read"):
            list(chunks)
        breaking.join()


def _answer_in_part(server: socket.socket) -> None:
    """Ten bytes of a hundred."""
    caller, _address = server.accept()
    with caller:
        caller.recv(65_536)
        caller.sendall(b"HTTP/1.1 206 Partial Content\r\nContent-Length: 100\r\n\r\n" + bytes(10))


def test_r28_a_browser_sends_a_part_straight_to_s3_by_a_link_of_a_minute(blobs: BlobStore) -> None:
    parts = blobs.begin_parts()
    link = blobs.part_link(parts, 1, size=len(DATA))
    if isinstance(blobs, LocalFiles):
        assert link is None
        return
    assert link is not None
    query = parse_qs(urlsplit(link).query)
    assert int(query["X-Amz-Expires"][0]) <= 60
    assert query["X-Amz-SignedHeaders"] == ["content-length;host"]
    sent = Request(link, data=DATA, method="PUT", headers={"Content-Type": ""})  # noqa: S310  the test's own store
    with urlopen(sent) as answer:  # noqa: S310  the test's own store
        assert answer.status == 200
    assert blobs.join_parts(parts, part_size=PART).sha256 == SHA
