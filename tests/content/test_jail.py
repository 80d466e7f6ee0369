"""R16: LibreOffice, locked in, reaches no network and no file of the machine, whatever a document names."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from content.assets.models import AssetKind, FileFormat
from content.reading import jail
from content.reading.reader import Source, read
from tests.content.test_reading import whole
from tests.factories import files


@pytest.fixture
def _libreoffice() -> None:
    if not jail.is_there():
        pytest.skip(
            "LIBREOFFICE IN A JAIL WAS NOT TRIED: soffice, prlimit and bwrap (or unshare) are needed."
        )


needs_libreoffice = pytest.mark.usefixtures("_libreoffice")


def test_r16_what_opens_office_files_has_no_network_no_home_and_one_file() -> None:
    source, out, profile = (Path(f"/tmp/x/{name}") for name in ("in.docx", "out", "profile"))  # noqa: S108  names alone
    command = jail._inside("bwrap", source, out, profile)
    assert {"--unshare-all", "--clearenv", "--die-with-parent"} <= set(command[: command.index("soffice")])
    shown = {command[n + 1] for n, word in enumerate(command) if "bind" in word}
    assert shown == {"/usr", "/etc/fonts", "/etc/libreoffice", *map(str, (source, out, profile))}
    assert jail._inside("unshare", source, out, profile)[:4] == ["unshare", "-r", "-n", "soffice"]


def test_r16_without_a_jail_no_office_file_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "_jail", lambda: None)
    assert jail.as_pdf(tmp_path / "none.docx", suffix=".docx", folder=tmp_path) is None
    assert list(tmp_path.iterdir()) == []


class Listener(socketserver.ThreadingTCPServer):
    """Counts who connects."""

    hits = 0

    def get_request(self) -> tuple[object, object]:  # type: ignore[override]
        type(self).hits += 1
        return super().get_request()


@pytest.fixture
def listener() -> Iterator[Listener]:
    Listener.hits = 0
    with Listener(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def images_in(path: Path) -> int:
    with pdfium.PdfDocument(path) as document:
        return sum(1 for page in document for item in page.get_objects() if isinstance(item, pdfium.PdfImage))


@needs_libreoffice
def test_r16_a_hostile_document_asks_nobody_and_shows_no_file_of_the_machine(
    listener: Listener, tmp_path: Path
) -> None:
    port = listener.server_address[1]
    secret = tmp_path / "secret.png"
    secret.write_bytes(files.a_picture())
    source = tmp_path / "source"
    for target in (f"http://127.0.0.1:{port}/x.png", secret.as_uri(), "file:///etc/passwd"):
        source.write_bytes(files.a_document_with_outer_image(target))
        folder = tmp_path / f"made-{abs(hash(target))}"
        folder.mkdir()
        made = jail.as_pdf(source, suffix=".docx", folder=folder)
        assert made is not None
        assert images_in(made) == 0, target
    assert listener.hits == 0


@needs_libreoffice
def test_a_picture_that_is_in_the_document_is_shown(tmp_path: Path) -> None:
    """So that the test above would see one."""
    source = tmp_path / "source"
    source.write_bytes(files.a_document_with_inner_image())
    made = jail.as_pdf(source, suffix=".docx", folder=tmp_path)
    assert made is not None
    assert images_in(made) == 1


@needs_libreoffice
def test_slides_have_pictures_and_keep_their_own_words(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "found"
    source.write_bytes(files.a_deck(("Why radio", "Because"), ("What it costs", "A lot")))
    folder.mkdir()
    readings = list(read(Source(source, FileFormat.POWERPOINT, "Deck", AssetKind.DECK), folder))
    # the words are there before the pictures
    assert [page.title for page in readings[0].pages] == ["Why radio", "What it costs"]
    assert readings[0].more
    found = whole(readings)
    assert [page.title for page in found.pages] == ["Why radio", "What it costs"]
    assert all(page.image and page.width and page.width > 1000 for page in found.pages)
    assert found.pages[0].thumbnail == found.cover


@needs_libreoffice
def test_r16_what_needs_more_memory_than_a_file_gets_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit of 40 MB in place of the gigabyte, so that it need not be filled."""
    source = tmp_path / "source"
    source.write_bytes(files.a_deck(("Why radio", "Because")))
    little = [part.replace("1073741824", str(40 * 1024**2)) for part in jail.LIMITS]
    assert little != jail.LIMITS
    monkeypatch.setattr(jail, "LIMITS", little)
    assert jail.as_pdf(source, suffix=".pptx", folder=tmp_path) is None


def test_a_deck_that_cannot_be_drawn_has_its_words_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jail, "is_there", lambda: True)
    monkeypatch.setattr(jail, "as_pdf", lambda *_arguments, **_options: None)
    source, folder = tmp_path / "source", tmp_path / "found"
    source.write_bytes(files.a_deck(("Why radio", "Because")))
    folder.mkdir()
    *_before, last = read(Source(source, FileFormat.POWERPOINT, "Deck", AssetKind.DECK), folder)
    assert [page.title for page in last.pages] == ["Why radio"]
    assert last.note == (
        "It is read, but its pages have no pictures. LibreOffice could not draw it within a minute and 1 GB."
    )
