"""The child process that opens a file: `-m content.reading.child FORMAT SOURCE FOLDER TITLE KIND STEP`.

STEP is `all`; of a PDF `first` (its beginning), `words`, or pages such as `9-48`. It limits itself before
it imports a parser, leaves `result.json` and pictures in FOLDER, and ends.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import cast

from content.reading.result import Fact, Reading, Unreadable, write

MB = 1024 * 1024
# what a process writes to counts; addresses that its threads only reserve do not, and have a wider fence
MEMORY, ADDRESSES = 1024 * MB, 4096 * MB
CPU_SECONDS, FILE_BYTES, OPEN_FILES = 60, 200 * MB, 128

READERS = {
    "powerpoint": ("office", "read_powerpoint"),
    "word": ("office", "read_word"),
    "excel": ("office", "read_excel"),
    "image": ("pictures", "read_image"),
    "video": ("media", "read_media"),
    "audio": ("media", "read_media"),
    "text": ("media", "read_text"),
    "markdown": ("media", "read_markdown"),
    "demo": ("demos", "read_demo"),
    "link": ("media", "read_link"),
}

# they make a file out of another, and have no cover of their own
MAKERS = {"logo": ("branding", "read_logo"), "branded": ("branding", "read_branded")}

PDF, ALL, FIRST, WORDS = "pdf", "all", "first", "words"
# of a longer PDF the first page comes by itself, so that it is there as soon as that of a short one
SHORT_PAGES = 3
Reader = Callable[[Path, Path, str], Reading]


@dataclass(frozen=True, slots=True)
class Task:
    format_: str
    source: Path
    folder: Path
    title: str
    step: str


def main(arguments: list[str]) -> int:
    format_, source, folder, title, kind, step = arguments
    _limit()
    task = Task(format_, Path(source), Path(folder), title, step)
    write(task.folder, _found(task, kind))
    return 0


def _limit() -> None:
    limits = (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_AS, ADDRESSES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        resource.setrlimit(what, (most, most))
    # the first limit ends it with a signal of its own, so that the parent can say what it was
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))


def _found(task: Task, kind: str) -> Reading | Unreadable:
    # parsers are imported under the limits, and only those that the format needs
    from content.reading import covers, pictures  # noqa: PLC0415

    try:
        reading = _read(task)
        if task.format_ not in MAKERS and task.step == ALL:
            card = covers.Card(task.title, kind, task.format_)
            reading = pictures.covered(reading, task.source, task.folder, card)
        if task.format_ in MAKERS or task.step not in {ALL, FIRST}:
            return reading
        return replace(reading, facts=_facts(task.format_, task.source))
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


def _read(task: Task) -> Reading:
    if task.format_ != PDF:
        module, name = (READERS | MAKERS)[task.format_]
        reader = cast("Reader", getattr(import_module(f"content.reading.{module}"), name))
        return reader(task.source, task.folder, task.title)
    from content.reading import pdf  # noqa: PLC0415  imported under the limits

    if task.step == WORDS:
        return pdf.read_words(task.source, task.folder)
    if task.step == FIRST:
        return pdf.read_beginning(task.source, task.folder, SHORT_PAGES)
    first, _, last = task.step.partition("-")
    return pdf.read_pages(task.source, task.folder, range(int(first), int(last) + 1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
