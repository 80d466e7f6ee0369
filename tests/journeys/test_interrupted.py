"""Uploads at a portal that really runs and is killed, and a film that is larger than its memory (F1)."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from content.uploads.incoming_models import PART_BYTES
from partners.people import NewPerson
from portal.adapters.local_files import LocalFiles
from portal.kernel.identity import Role
from tests.factories.sending import Parts, Person, Whole
from tests.fixtures.installations import Installation

PASSWORD = "a long enough password"
INA = "ina@larkwell.example"
HEAD = b"\0\0\0\x18ftypmp42"
FORM = {"title": "Spring spots", "kind": "video", "audience": "all", "language": "en"}
GIGABYTE_PARTS, MOST_MB = 128, 200
PATIENCE_SECONDS = 300


def a_brand_manager(portal: Installation) -> Person:
    portal.add_people(NewPerson(INA, Role.BRAND, "Ina Brandt", password=PASSWORD))
    person = Person(portal.url)
    person.log_in(INA, PASSWORD)
    return person


def wait_for(what: Iterator[bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not next(what):
        assert time.monotonic() < end
        time.sleep(0.02)


def made_an_asset(person: Person, ref: str) -> str:
    """The upload that was sent whole is put together, described and read; where its file is to be had."""
    person.ask("POST", f"/uploads/{ref}/finish")
    wait_for(person.ask("GET", f"/uploads/{ref}")["state"] == "stored" for _ in iter(int, 1))
    assert person.post("/library", FORM | {"upload": ref}).endswith("/library/spring-spots")
    # nothing is at the asset's own address before a worker has read it
    wait_for(person.finds("/library/spring-spots/download") for _ in iter(int, 1))
    return "/library/spring-spots/download"


def hash_of(person: Person, path: str) -> str:
    digest = hashlib.sha256()
    with person.opened(path) as answer:
        while chunk := answer.read(PART_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


@pytest.mark.parametrize("installation", ["embedded"], indirect=True)
def test_f1_a_server_killed_within_a_part_leaves_nothing_half_and_the_file_goes_on(
    installation: Installation,
) -> None:
    film = Whole("spots.mp4", HEAD + os.urandom(2 * PART_BYTES))
    folder = Path(installation.environment["DATA_DIR"]) / "blobs"
    person = a_brand_manager(installation)
    ref = person.announce(film)["ref"]
    person.send_part(ref, film, 1)
    with person.half_a_part(ref, film, 2):
        wait_for(any(file.stat().st_size for file in (folder / "unfinished").glob("*")) for _ in iter(int, 1))
        installation.kill_web()
    store = LocalFiles(folder)
    assert list(store.keys()) == []
    installation.start_web()
    again = person.announce(film)
    assert (again["ref"], list(again["parts"])) == (ref, ["1"])
    for number in (2, 3):
        person.send_part(ref, film, number)
    address = made_an_asset(person, ref)
    assert hash_of(person, address) == hashlib.sha256(film.data).hexdigest()
    # what the sweep does to files that nobody writes any more
    store.sweep(before=datetime.now(UTC))
    assert [path.name for path in folder.iterdir() if any(path.iterdir()) and len(path.name) > 2] == []
    assert " 0 faults" in installation.flask("content", "verify")


@dataclass(frozen=True, slots=True)
class Film:
    """As many parts as asked, each other bytes."""

    parts: int
    name: str = "spots.mp4"

    @property
    def size(self) -> int:
        return self.parts * PART_BYTES

    def part(self, number: int) -> bytes:
        start = HEAD if number == 1 else number.to_bytes(len(HEAD))
        return start + bytes(PART_BYTES - len(start))

    @property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        for number in range(1, self.parts + 1):
            digest.update(self.part(number))
        return digest.hexdigest()


def sent(person: Person, film: Parts) -> str:
    ref = str(person.announce(film)["ref"])
    for number in range(1, film.size // PART_BYTES + 1):
        person.send_part(ref, film, number)
    return ref


def processes_of(portal: Installation) -> list[Path]:
    groups = {process.pid for process in portal.processes}
    return [path for path in Path("/proc").glob("[0-9]*") if os.getpgid(int(path.name)) in groups]


def peaks_mb(portal: Installation) -> dict[str, int]:
    """The most memory that each process of the portal held since it was last asked, by number and program."""
    found = {}
    for folder in processes_of(portal):
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        found[f"{folder.name} {status['Name'].strip()}"] = int(status["VmHWM"].split()[0]) // 1024
        # the kernel's word for: begin again
        (folder / "clear_refs").write_text("5")
    return found


@pytest.mark.soak
@pytest.mark.parametrize("installation", ["embedded"], indirect=True)
def test_a_film_of_a_gigabyte_goes_up_and_comes_down_in_at_most_200_mb(installation: Installation) -> None:
    film = Film(GIGABYTE_PARTS)
    person = a_brand_manager(installation)
    # a log-in takes memory on purpose, which is given back
    before = peaks_mb(installation)
    ref = sent(person, film)
    assert hash_of(person, made_an_asset(person, ref)) == film.sha256
    after = peaks_mb(installation)
    print(f"peaks of memory in MB up to the log-in: {before}; since: {after}")  # noqa: T201  for who soaks
    assert max(after.values()) < MOST_MB
