"""R20: a form sends people only to paths of this site."""

import pytest

from portal.web.paths import safe_next

HOSTILE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "https:evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "/ /evil.example",
    "/\x00/evil.example",
    "evil.example",
    "",
    None,
]


@pytest.mark.parametrize("target", HOSTILE)
def test_r20_a_hostile_target_becomes_the_home_page(target: str | None) -> None:
    assert safe_next(target) == "/"


@pytest.mark.parametrize("target", ["/", "/library?q=morning%20drive#page=3", "/statements/2026-03-R1-USD"])
def test_r20_a_path_of_this_site_is_kept(target: str) -> None:
    assert safe_next(target) == target
