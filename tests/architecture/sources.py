"""The files that the architecture tests look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "content", "partners", "commissions", "search", "migrations")
TEMPLATES = sorted((ROOT / "portal" / "templates").rglob("*.html"))


def modules(*folders: str) -> Iterator[Path]:
    """Python files of ours below the folders; written ones (migrations) are not read by people."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"versions", "vendor"} & set(path.relative_to(ROOT).parts):
                yield path


def product() -> Iterator[Path]:
    """What runs in production."""
    yield from (ROOT / "config.py", ROOT / "wsgi.py")
    yield from modules(*PACKAGES)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported_by(path: Path) -> set[str]:
    """Top-level names of the packages that a module imports."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found
