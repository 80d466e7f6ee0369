"""R15: the child that reads a file is held to its limits by the kernel, whatever the parser does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from content.assets.models import AssetKind, FileFormat
from content.reading import child
from content.reading.reader import Source, read
from content.reading.result import Unreadable

ReadBy = Callable[[str], None]
# the child as it is, with a parser of texts that does what a hostile file would have it do
PROGRAM = """#!{python}
import os, sys, time
from pathlib import Path
sys.path.insert(0, os.getcwd())
from content.reading import child, media
from content.reading.result import Reading
child.CPU_SECONDS = {seconds}
def read_text(source, folder, title):
    {act}
    return Reading()
media.read_text = read_text
sys.exit(child.main(sys.argv[3:]))
"""


@pytest.fixture
def read_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReadBy:
    """Reads a file with a parser that does this."""

    def read_by(act: str) -> None:
        program, source = tmp_path / "program", tmp_path / "source"
        filled = PROGRAM.format(python=sys.executable, seconds=child.CPU_SECONDS, act=act)
        program.write_text(filled, encoding="utf-8")
        program.chmod(0o755)
        source.write_text("words", encoding="utf-8")
        monkeypatch.setattr(sys, "executable", str(program))
        list(read(Source(source, FileFormat.TEXT, "A title", AssetKind.DOCUMENT), tmp_path))

    return read_by


def test_r15_a_parser_within_its_limits_goes_through(read_by: ReadBy) -> None:
    """So that the tests below see the limits, and nothing else."""
    read_by(f"bytearray({child.MEMORY // 4})")


def test_r15_a_parser_that_takes_more_than_its_memory_is_refused_it(read_by: ReadBy) -> None:
    with pytest.raises(Unreadable, match="needs more memory than the portal gives"):
        read_by(f"bytearray({child.MEMORY} + 1)")


def test_r15_a_parser_that_never_ends_is_ended_at_its_processor_time(
    read_by: ReadBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "CPU_SECONDS", 1)
    with pytest.raises(Unreadable, match="longer than the 1 seconds"):
        read_by("while time.process_time() < 4: pass")


def test_r15_a_parser_that_fills_the_disk_is_stopped(read_by: ReadBy) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        read_by(f"os.truncate(source, {child.FILE_BYTES} + 1)")
