"""R2: a field that a view reads is known to name something, or not to: none is left out unseen."""

from __future__ import annotations

import re
from pathlib import Path

from tests.access.foreign_cases import CASES, OF_THE_BRAND

VIEWS = Path(__file__).parents[2] / "portal" / "web"
READ = re.compile(
    r'(?:request\.(?:form|args|values)|\b(?:form|given|args|values|asked))(?:\.get(?:list)?\(|\[)\s*"(\w+)"'
)
# they name things, and no form or address of a partner's people has them
OF_STAFF = "bad batch candidate filter form_page id into only other partner_ref proposal sha256 upload"
# an address belongs to one person of the whole portal: who invites is told that it is taken
OF_EVERYBODY = "email"
# texts, days, numbers, and choices of a list that is the same for everybody
PLAIN = """
    action alignment all amount answer as asks_again at back background beat by_hand cell city contact
    contact_title currency days digest do do_not_say document due_on edits ending expected expires_on
    expires_time from keep kind language layout locale minutes modified month new no_end note offset old on
    outcome page pages password paths pay_on people period processing publish_at range reader reason review
    review_on role saved scope seen show size sort source stage start state station step steps summary
    talk_track text timezone title todo touchpoint units url verified_on view vocabulary website what
    what_changed when_to_use who without word
"""


def test_r2_every_field_that_a_view_reads_is_known_to_name_something_or_not() -> None:
    named = {case.name for case in (*CASES, *OF_THE_BRAND)}
    others, plain = {*OF_STAFF.split(), *OF_EVERYBODY.split()}, set(PLAIN.split())
    read = {name for path in VIEWS.rglob("*.py") for name in READ.findall(path.read_text(encoding="utf-8"))}
    unknown = read - named - others - plain
    assert unknown == set(), (
        "Partners who may name a thing there need a case; the others stand in a list here."
    )
    assert (others | plain) - read == set()
    assert plain & (named | others) == set()
