"""Texts of pages: what is filled in is escaped, and numbers follow the reader."""

from __future__ import annotations

import pytest
from flask import Flask, g, render_template_string

from portal.kernel.money import Money


def _page(app: Flask, source: str, **given: object) -> str:
    with app.test_request_context("/"):
        return render_template_string(source, **given)


def test_what_a_person_wrote_is_escaped_in_a_text(app: Flask) -> None:
    assert _page(app, '{{ _("Paid by %(who)s", who=who) }}', who="<b>M&J</b>") == (
        "Paid by &lt;b&gt;M&amp;J&lt;/b&gt;"
    )


def test_a_text_that_is_given_by_a_field_keeps_its_name(app: Flask) -> None:
    source = '{{ _("%(text)s", text=1) }} {{ ngettext("%(count)s line", "%(count)s lines", 2, count="2") }}'
    assert _page(app, source) == "1 2 lines"


def test_a_doubled_percent_sign_is_one_with_and_without_fields(app: Flask) -> None:
    assert _page(app, '{{ _("10%% of it") }}, {{ _("10%% of %(what)s", what="net") }}') == (
        "10% of it, 10% of net"
    )


def test_a_counted_text_knows_its_number(app: Flask) -> None:
    source = (
        '{{ ngettext("%(num)d day", "%(num)d days", 1) }}, {{ ngettext("%(num)d day", "%(num)d days", 3) }}'
    )
    assert _page(app, source) == "1 day, 3 days"


@pytest.mark.parametrize(
    ("locale", "told"),
    [("en", "1,234.50 1,234.500 $1,234.50"), ("de", "1.234,50 1.234,500 1.234,50\N{NO-BREAK SPACE}$")],
)
def test_numbers_follow_the_reader_of_each_request(app: Flask, locale: str, told: str) -> None:
    with app.test_request_context("/"):
        g.locale = locale
        source = '{{ m|amount }} {{ "1234.500"|decimal }} {{ m|money }}'
        assert render_template_string(source, m=Money(123450, "USD")) == told
