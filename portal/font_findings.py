"""Which letters have no font here: in PDFs that the portal sets, and on pages that others made."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from partners.models import Organisation
from portal.kernel.db import reading
from portal.readiness import Finding
from portal.services import Services

# how Unicode calls the letters for which statements and partners' copies bring a font along
SET_BY_THE_PORTAL = frozenset(
    {
        *("LATIN", "GREEK", "CYRILLIC", "DEVANAGARI", "ARABIC", "HEBREW"),
        *("THAI", "LAO", "KHMER", "MYANMAR", "GEORGIAN", "ARMENIAN", "ETHIOPIC"),
        *("TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA"),
        *("BENGALI", "GUJARATI", "GURMUKHI", "ORIYA"),
        *("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH"),
        *("FEMININE", "MASCULINE", "MODIFIER", "MICRO", "OHM", "KELVIN", "ANGSTROM"),
    }
)
# a letter of each script that offices write in, and what brings it to a machine of Debian or Ubuntu
ON_THE_MACHINE = (
    ("Japanese, Chinese", "4e2d", "fonts-noto-cjk"),
    ("Korean", "ac00", "fonts-noto-cjk"),
    ("Arabic", "0627", "fonts-noto-core"),
    ("Hebrew", "05d0", "fonts-noto-core"),
    ("Greek", "03b1", "fonts-noto-core"),
    ("Cyrillic", "0431", "fonts-noto-core"),
    ("Thai", "0e01", "fonts-noto-core"),
    ("Hindi", "0905", "fonts-noto-core"),
    ("Bengali", "0995", "fonts-noto-core"),
    ("Tamil", "0b85", "fonts-noto-core"),
    ("Georgian", "10d0", "fonts-noto-core"),
    ("Armenian", "0561", "fonts-noto-core"),
    ("Amharic", "1200", "fonts-noto-core"),
)
LISTED = 3


def names_in_pdfs(services: Services) -> Finding:
    """Whose name or contact would be boxes on statements and on copies with partners' names."""
    part = "names in PDFs"
    try:
        with reading(services.sessions) as session:
            rows = session.execute(select(Organisation.name, Organisation.contact)).all()
    except SQLAlchemyError:
        return Finding(part, works=True, sentence="not known: the database does not answer")
    without: dict[str, set[str]] = defaultdict(set)
    for name, contact in rows:
        for script in scripts_without_font(f"{name} {contact or ''}"):
            without[script].add(name)
    if not without:
        return Finding(part, works=True, sentence="there is a font for every letter of all organisations")
    said = "; ".join(f"{script.title()} ({_some(names)})" for script, names in sorted(without.items()))
    return Finding(part, works=True, sentence=f"no font, so boxes on statements and copies, for {said}")


def page_pictures() -> Finding:
    """What pages without fonts of their own would show as boxes: Office files, and some PDFs."""
    part = "fonts of this machine"
    if not shutil.which("fc-list"):
        sentence = (
            "not known: fc-list is not here (apt-get install fontconfig fonts-noto-core fonts-noto-cjk)"
        )
        return Finding(part, works=True, sentence=sentence)
    missing = [(script, package) for script, letter, package in ON_THE_MACHINE if not _has_font(letter)]
    if not missing:
        return Finding(part, works=True, sentence="there is one for every script that is looked for")
    scripts = ", ".join(script for script, _ in missing)
    packages = " ".join(sorted({package for _, package in missing}))
    said = f"none for {scripts}: pages that bring no font show boxes (apt-get install {packages})"
    return Finding(part, works=True, sentence=said)


def scripts_without_font(text: str) -> set[str]:
    """As Unicode names them: THAI, GEORGIAN."""
    letters = {letter for letter in text if letter.isalpha()}
    scripts = {unicodedata.name(letter, "UNKNOWN").replace("-", " ").split()[0] for letter in letters}
    return scripts - SET_BY_THE_PORTAL


def _has_font(letter: str) -> bool:
    asked = ["fc-list", f":charset={letter}", "file"]  # a letter of ours
    found = subprocess.run(asked, capture_output=True, check=False, timeout=20)  # noqa: S603
    return bool(found.stdout.strip())


def _some(names: set[str]) -> str:
    listed = sorted(names)[:LISTED]
    return ", ".join(listed) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
