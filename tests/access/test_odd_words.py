"""R19: whatever is typed into any field of any form, no page breaks, and nothing of it is carried out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import cycle

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from partners.models import User
from tests.access.addresses import address, routes
from tests.access.world import World
from tests.fixtures.browsers import LogIn

# after these nobody is logged in any more
ENDS = re.compile(r"logout|sessions|password|disable")
WORDS = (
    "'; DROP TABLE assets; --",
    "1' OR '1'='1",
    "nul\0byte",
    "{{ 7 * 191 }}${7 * 191}<%= 7 * 191 %>",
    "a\r\nSet-Cookie: stolen=1\r\n\r\n<script>alert(1)</script>\"'",
    "\u202egnp.exe \ufeff\u200b \U0001f4c8 e\u0301 \ud7ff",
    "99999999999999999999",
    "-1e400",
    "../../etc/passwd",
    "%00 %n %s %(x)s {0} \\x00",
    "=HYPERLINK(1)",
    "2026-02-30",
    "x" * 20_000,
)
CARRIED_OUT = re.compile(r"\b1337\b|^root:", re.MULTILINE)


@dataclass(slots=True)
class Form:
    method: str
    action: str
    # name, value, and whether a person types it
    fields: list[tuple[str, str, bool]] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page, and whatever sends one by htmx."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self.found: list[Form] = []
        self._is_select = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = given.get("action") or self._address
            self.found.append(Form(given.get("method", "get").lower(), action))
        if self.found:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        fields, name = self.found[-1].fields, given.get("name")
        if tag == "option" and self._is_select and ("selected" in given or not fields[-1][1]):
            fields[-1] = (fields[-1][0], given.get("value", ""), False)
        if not name or tag not in {"input", "textarea", "select"} or given.get("type") == "file":
            return
        self._is_select = tag == "select"
        is_choice = given.get("type") in {"radio", "checkbox"}
        if not is_choice or "checked" in given:
            is_typed = tag != "select" and not is_choice and given.get("type") != "hidden"
            fields.append((name, given.get("value", ""), is_typed))


def forms_of(app: Flask, world: World, log_in: LogIn) -> Iterator[tuple[User, Form]]:
    """Each form once, with somebody who is shown it."""
    seen: set[tuple[str, str]] = set()
    for who in ("brand", "finance", "gold", "admin"):
        browser = log_in(world.people[who])
        for _, rule, method in routes(app):
            if method != "GET" or rule.rule.startswith(("/static/", "/demos/")):
                continue
            path = address(world, rule)
            with browser.get(path, buffered=True) as page:
                text = page.get_data(as_text=True) if page.mimetype == "text/html" else ""
            forms = Forms(path)
            forms.feed(text)
            for form in forms.found:
                if (form.method, form.action) not in seen and not ENDS.search(form.action):
                    seen.add((form.method, form.action))
                    yield world.people[who], form


# the stricter of the two: it takes no NUL, and no number that is too large
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_r19_odd_words_in_every_form_break_no_page_and_do_nothing(
    app: Flask, world: World, log_in: LogIn
) -> None:
    words = cycle(WORDS)
    broken: list[str] = []
    tried = 0
    for person, form in list(forms_of(app, world, log_in)):
        # what is typed alone, then also what a page thinks that it set itself
        for is_all in (False, True):
            filled = [
                (name, next(words) if is_typed or is_all else value) for name, value, is_typed in form.fields
            ]
            answer = _sent(log_in(person), form, MultiDict(filled))
            tried += 1
            if answer.status_code >= 500 or _did_something(answer):
                broken.append(f"{form.method} {form.action}: {answer.status_code} of {filled}"[:500])
    assert broken == []
    assert tried > 100


def _sent(browser: FlaskClient, form: Form, filled: MultiDict[str, str]) -> TestResponse:
    if form.method == "get":
        return browser.get(form.action, query_string=filled, buffered=True)
    return browser.post(form.action, data=filled, buffered=True)


def _did_something(answer: TestResponse) -> bool:
    text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    cookies = answer.headers.get_all("Set-Cookie")
    return CARRIED_OUT.search(text) is not None or any("stolen" in cookie for cookie in cookies)
