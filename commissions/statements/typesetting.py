"""Typst at work: inputs in, PDF out. It imports nothing of the books, so that its processes start fast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

import fontpkg_geist
import fontpkg_noto_sans
import justmytype_intl_cjk
import justmytype_intl_rtl
import manimgx_fonts
import typst

TEMPLATE = Path(__file__).parent / "statement.typ"
# Geist, and Noto Sans for what it does not have: Greek, Cyrillic, Vietnamese; Japanese, Korean, both
# kinds of Chinese; Arabic and Hebrew; last, since it brings some of them once more and the first one found
# is taken, what the rest of Asia, the Caucasus and Ethiopia write in
FONTS = (fontpkg_geist, fontpkg_noto_sans, justmytype_intl_cjk, justmytype_intl_rtl, manimgx_fonts)
# fewer are made sooner than processes start
WORTH_PROCESSES = 24
AT_ONCE = 4


def set_statement(inputs: Mapping[str, str]) -> bytes:
    """A PDF from what statement.typ reads of sys.inputs: the same inputs give the same bytes."""
    made = typst.compile(
        TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts(), sys_inputs=dict(inputs), timestamp=0
    )
    assert isinstance(made, bytes)
    return made


def set_statements(many: Iterable[Mapping[str, str]], *, count: int) -> Iterator[bytes]:
    """PDFs in the order of their inputs."""
    with typesetters(count) as set_them:
        yield from set_them(many)


SetThem = Callable[[Iterable[Mapping[str, str]]], Iterator[bytes]]


@contextmanager
def typesetters(count: int) -> Iterator[SetThem]:
    """Who sets `count` PDFs, lot by lot: from a number on a process for each processor, until the end.

    Each lot comes in the order of its inputs. Processes begin with a lot when it is handed to them, so
    that the next can be read, and the one before kept, in the meantime.
    """
    if count < WORTH_PROCESSES or (cpu_count() or 1) == 1:
        yield lambda many: map(set_statement, many)
        return
    # started anew, not forked: the worker has threads, and a fork would copy their locks as they are
    processes = ProcessPoolExecutor(cpu_count(), mp_context=get_context("spawn"), initializer=_fonts)
    try:
        # they read their fonts while the first lot is read from the database
        for _ in range(cpu_count() or 1):
            processes.submit(_fonts_are_read)
        yield lambda many: processes.map(set_statement, many, chunksize=AT_ONCE)
    finally:
        processes.shutdown(cancel_futures=True)


def _fonts_are_read() -> bool:
    return bool(_fonts())


@cache
def _fonts() -> typst.Fonts:
    """Fonts of packages, none of the machine, so that bytes are the same everywhere."""
    folders = [Path(package.__path__[0]) for package in FONTS]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
