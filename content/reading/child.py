"""The child process that opens a file: `python -m content.reading.child FORMAT SOURCE FOLDER TITLE KIND`.

It limits itself before it imports a parser, leaves `result.json` and pictures in FOLDER, and ends.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import cast

from content.reading.result import Fact, Reading, Unreadable, write

MB = 1024 * 1024
MEMORY, CPU_SECONDS, FILE_BYTES, OPEN_FILES = 3072 * MB, 480, 200 * MB, 128

READERS = {
    "pdf": ("pdf", "read_pdf"),
    "powerpoint": ("office", "read_powerpoint"),
    "word": ("office", "read_word"),
    "excel": ("office", "read_excel"),
    "image": ("pictures", "read_image"),
    "video": ("media", "read_media"),
    "audio": ("media", "read_media"),
    "text": ("media", "read_text"),
    "markdown": ("media", "read_text"),
    "demo": ("demos", "read_demo"),
    "link": ("media", "read_link"),
}

# they make a file out of another, and have no cover of their own
MAKERS = {"logo": ("branding", "read_logo"), "branded": ("branding", "read_branded")}

Reader = Callable[[Path, Path, str], Reading]


def main(arguments: list[str]) -> int:
    format_, source, folder, title, kind = arguments
    _limit()
    write(Path(folder), _found(format_, Path(source), Path(folder), title, kind))
    return 0


def _limit() -> None:
    limits = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        resource.setrlimit(what, (most, most))


def _found(format_: str, source: Path, folder: Path, title: str, kind: str) -> Reading | Unreadable:
    # parsers are imported under the limits, and only those that the format needs
    from content.reading import covers, pictures  # noqa: PLC0415

    try:
        reading = _reader(format_)(source, folder, title)
        if format_ in MAKERS:
            return reading
        covered = pictures.covered(reading, source, folder, covers.Card(title, kind, format_))
        return replace(covered, facts=_facts(format_, source))
    except Unreadable as unreadable:
        return unreadable
    except MemoryError:
        return Unreadable("Reading it needs more memory than the portal gives to one file.")
    except Exception as error:  # noqa: BLE001  whatever a hostile file does to a parser, it is unreadable
        print(repr(error), file=sys.stderr)  # noqa: T201  the worker logs it
        return Unreadable("The file is broken: it cannot be read.")


def _facts(format_: str, source: Path) -> tuple[Fact, ...]:
    from content.reading import metadata  # noqa: PLC0415  imported under the limits

    try:
        return metadata.facts_of(format_, source)
    except Exception as error:  # noqa: BLE001  what a file says of itself is no reason to refuse it
        print(repr(error), file=sys.stderr)  # noqa: T201  the worker logs it
        return ()


def _reader(format_: str) -> Reader:
    module, name = (READERS | MAKERS)[format_]
    return cast("Reader", getattr(import_module(f"content.reading.{module}"), name))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
