"""What `flask doctor` says of the letters that have no font."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from commissions.statements import typesetting
from content.reading import fonts, jail
from portal.font_findings import scripts_without_font
from portal.kernel.db import transaction
from portal.services import Services
from tests.factories.people import a_partner


def said_by_the_doctor(app: Flask) -> str:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["doctor"]).stdout


@pytest.mark.parametrize(
    ("name", "scripts"),
    [
        ("Larkwell Audio, Zürich & Ærø No 5 (ﬁrst)", set()),
        ("Ραδιόφωνο Радио Đài phát thanh रेडियो", set()),
        ("株式会社ミナト音響 라디오 إذاعة רדיו", set()),
        ("สถานีวิทยุ Radio რადიო ռադիո வானொலி রেডিও ራዲዮ", set()),
        ("ᏣᎳᎩ Radio ཨ", {"CHEROKEE", "TIBETAN"}),
    ],
)
def test_scripts_whose_letters_would_be_boxes_are_named(name: str, scripts: set[str]) -> None:
    assert scripts_without_font(name) == scripts


def test_the_doctor_names_the_partners_whose_names_would_be_boxes(app: Flask, services: Services) -> None:
    with transaction(services.sessions) as session:
        a_partner(session, "MINATO").name = "株式会社ミナト音響"
    fine = said_by_the_doctor(app)
    assert "ok  names in PDFs: there is a font for every letter" in fine
    with transaction(services.sessions) as session:
        for number in range(4):
            a_partner(session, f"BKK{number}").name = f"ᏣᎳᎩ {number}"
    said = said_by_the_doctor(app)
    assert "for Cherokee (ᏣᎳᎩ 0, ᏣᎳᎩ 1, ᏣᎳᎩ 2 and 1 more)" in said


def test_the_doctor_goes_on_where_fonts_cannot_be_listed(
    app: Flask, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    said = said_by_the_doctor(app)
    assert "fonts of this machine: not known: fc-list is not here" in said


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        ((), "no LibreOffice: Office files show their text and a cover"),
        (("soffice", "prlimit"), "LibreOffice is here, but neither bwrap nor unshare works to lock it in"),
        (("soffice", "prlimit", "bwrap"), "LibreOffice makes pictures, in bwrap"),
    ],
)
def test_the_doctor_says_whether_office_files_get_pictures(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, programs: tuple[str, ...], said: str
) -> None:
    for program in programs:
        (tmp_path / program).write_text("#!/bin/sh\n")
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    jail._jail.cache_clear()
    try:
        assert f"ok  office previews: {said}" in said_by_the_doctor(app)
    finally:
        jail._jail.cache_clear()


def test_statements_bring_the_same_letters_along_as_covers_and_copies() -> None:
    assert tuple(package.__name__ for package in typesetting.FONTS) == fonts.PACKAGES
