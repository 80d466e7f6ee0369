"""The same requests twice on the same database: with what there is, and with what is nowhere."""

from __future__ import annotations

import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.kernel.cursors import cursor_of
from tests.access.foreign_cases import EVERYTHING, Case
from tests.access.neighbours import UNSEEN, Ref, Refs

Row = dict[str, object]
Rows = dict[str, list[Row]]
# what is made anew for each answer
MADE_ANEW = re.compile(r'(name="csrf[_-]token" (?:content|value)=|data-token=|"token":)"[^"]*"')


@dataclass(frozen=True, slots=True)
class Kept:
    """A database in a file, as it was, to be put back."""

    file: Path
    release: Callable[[], None]

    def take(self) -> None:
        self.release()
        with closing(sqlite3.connect(self.file)) as door:
            door.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self.file, self.file.with_suffix(".kept"))

    def put_back(self) -> None:
        self.release()
        for left in ("-wal", "-shm"):
            self.file.with_name(self.file.name + left).unlink(missing_ok=True)
        shutil.copyfile(self.file.with_suffix(".kept"), self.file)

    def rows(self) -> Rows:
        """Every row of every table."""
        with closing(sqlite3.connect(self.file)) as door:
            door.row_factory = sqlite3.Row
            names = [row[0] for row in door.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: [dict(row) for row in door.execute(f'SELECT * FROM "{name}"')] for name in names}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a browser, and with a key; `parts` are what is theirs."""

    browser: FlaskClient
    key: str
    parts: dict[str, str]

    def send(self, case: Case, typed: str) -> TestResponse:
        written = case.typed.format(typed)
        values = {name: self.own(text) for name, text in case.fields.items()}
        if case.name:
            values[case.name] = cursor_of(written) if case.name == "cursor" else written
        return self.browser.open(
            self.own(case.path).replace("{}", written),
            method=case.method,
            headers={"Authorization": f"Bearer {self.key}"} if case.is_call else {},
            buffered=True,
            query_string=values if case.method == "GET" else None,
            data=values if case.method == "POST" else None,
        )

    def own(self, text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda part: self.parts[part[1]], text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What there was before, and after each of the two turns; `wrong` tells which answers were not alike."""

    wrong: list[str]
    before: Rows
    after: list[Rows]


def both_turns(
    person: Person, kept: Kept, cases: Sequence[Case], refs: Refs, monkeypatch: pytest.MonkeyPatch
) -> Outcome:
    kept.take()
    typed, before = _all_typed(refs), kept.rows()
    answers, after = [], []
    for turn in (0, 1):
        kept.put_back()
        _draw_the_same(monkeypatch)
        # what the turn before left to be said
        person.browser.get("/account")
        answers.append([_told(person.send(case, ref[turn]), ref, typed) for case, ref in tried(cases, refs)])
        after.append({table: _bare(rows, typed) for table, rows in kept.rows().items()})
    wrong = [
        f"{case.method} {case.path} {case.name} {ref.typed}: {of_theirs[:2]}, {of_nothing[:2]}"
        for (case, ref), of_theirs, of_nothing in zip(tried(cases, refs), *answers, strict=True)
        if of_theirs != of_nothing or UNSEEN in of_theirs[2]
    ]
    return Outcome(wrong, {table: _bare(rows, typed) for table, rows in before.items()}, after)


def tried(cases: Sequence[Case], refs: Refs) -> Iterator[tuple[Case, Ref]]:
    for case in cases:
        for kind in case.kinds:
            # a search is the same for all of a kind
            yield from ((case, ref) for ref in (refs[kind][:1] if case.kinds == EVERYTHING else refs[kind]))


def rows_of(rows: Rows, owner: Row) -> list[tuple[str, Row]]:
    """The rows that say in one of these columns that they are the owner's."""
    return [
        (table, row)
        for table, found in rows.items()
        for row in found
        if any(name in row and row[name] == value for name, value in owner.items())
    ]


def _draw_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refs that are drawn by lot are those of the other turn."""
    numbers = count(10**9)

    def drawn(length: int) -> str:
        return f"{next(numbers):0{2 * length}x}"[-2 * length :]

    monkeypatch.setattr(secrets, "token_hex", drawn)


def _told(answer: TestResponse, ref: Ref, typed: re.Pattern[str]) -> tuple[int, str, str]:
    """What an answer tells, but for what was typed now and before."""
    now = re.compile("|".join(re.escape(text) for text in ref), re.IGNORECASE)
    where, text = answer.headers.get("Location", ""), MADE_ANEW.sub("", answer.text)
    return answer.status_code, now.sub("*", typed.sub("*", where)), now.sub("*", typed.sub("*", text))


def _all_typed(refs: Refs) -> re.Pattern[str]:
    """Any of them, but for numbers, which are those of other things, too."""
    words = {text for of_kind in refs.values() for ref in of_kind for text in ref if not text.isdecimal()}
    listed = "|".join(re.escape(text) for text in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)


def _bare(rows: list[Row], typed: re.Pattern[str]) -> list[Row]:
    return [
        {name: typed.sub("*", value) if isinstance(value, str) else value for name, value in row.items()}
        for row in rows
    ]
