"""What linters cannot hold about the code."""

from __future__ import annotations

import ast
import graphlib
import statistics

import grimp
import pytest
from flask import Flask

from portal.web.access import access_of, check_every_route
from tests.architecture.sources import PACKAGES, imported_by, modules, name_of, product, tree_of

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "base", "misc"}
# an index writer's commit is no transaction of the database
COMMITTERS = {"portal/kernel/db.py", "search/whoosh_engine.py"}
LONGEST_FILE, LONGEST_WEB_FILE, LONGEST_FUNCTION = 350, 200, 50


def test_one_place_commits() -> None:
    assert {name_of(path) for path in product() if _calls(tree_of(path), "commit")} <= COMMITTERS


def test_only_the_kernel_and_the_migrations_begin_transactions() -> None:
    begins = {name_of(path) for path in product() if _calls(tree_of(path), "begin")}
    assert begins <= {"portal/kernel/db.py", "migrations/upgrade.py"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_route_is_public_on_purpose_or_asks_for_a_permission(app: Flask) -> None:
    check_every_route(app)
    assert {endpoint for endpoint in app.view_functions if access_of(app, endpoint) is None} == set()


def test_no_file_is_longer_than_a_person_reads() -> None:
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in (*product(), *modules("tests", "tools", "benchmarks"))
    }
    too_long = {
        name: lines
        for name, lines in lengths.items()
        if lines > (LONGEST_WEB_FILE if name.startswith("portal/web/") else LONGEST_FILE)
    }
    assert too_long == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name_of(path)}:{node.name}": (node.end_lineno or node.lineno) - node.body[0].lineno + 1
        for path in product()
        for node in ast.walk(tree_of(path))
        # the demo world is data, laid out by functions
        if isinstance(node, ast.FunctionDef) and "demo" not in path.parts
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
    assert statistics.median(lengths.values()) <= 8


def test_no_module_imports_itself_through_others() -> None:
    graph = grimp.build_graph("portal", *PACKAGES[1:], cache_dir=None)
    edges = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    try:
        graphlib.TopologicalSorter(edges).prepare()
    except graphlib.CycleError as cycle:
        pytest.fail(" > ".join(cycle.args[1]))


@pytest.mark.parametrize(
    ("vendor", "modules"),
    [
        ("whoosh", {"search/whoosh_engine.py", "search/whoosh_files.py"}),
        ("flask_login", {"portal/web/sign_in.py"}),
    ],
)
def test_a_vendor_that_may_be_replaced_is_known_to_no_other_module(vendor: str, modules: set[str]) -> None:
    assert {name_of(path) for path in product() if vendor in imported_by(path)} == modules


def test_tables_of_features_stand_where_the_migrations_look_for_them() -> None:
    for path in modules("content", "partners", "commissions", "search"):
        maps = any(
            isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == "__tablename__" for target in node.targets)
            for node in ast.walk(tree_of(path))
        )
        assert not maps or path.stem.endswith("models"), name_of(path)


def test_modules_are_named_for_what_they_do() -> None:
    assert {name_of(path) for path in product() if path.stem in EMPTY_NAMES} == set()


def _calls(tree: ast.Module, method: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
        for node in ast.walk(tree)
    )
