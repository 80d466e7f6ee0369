"""The index is kept in a process of its own, which may end at any text: the others are found."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from content.assets.models import Asset
from content.finding.index_child import Round
from content.finding.index_keeper import CHILD, IndexKeeper
from content.finding.indexing import STOPPED, not_indexed, rebuild, why_not_indexed
from portal.kernel.db import reading, transaction
from portal.readiness import unindexed_assets
from portal.services import Services
from search.engine import Asked
from search.errors import IndexBeingRebuilt
from search.queries import parse
from tests.factories.hungry_index_child import POISONS
from tests.factories.library import a_found_asset

POISONED = [sys.executable, "-m", "tests.factories.hungry_index_child"]
PATIENCE = 60


def found(services: Services, text: str) -> set[int]:
    try:
        return set(services.search.search(Asked(parse(text), frozenset(range(1, 1000)))).groups)
    except IndexBeingRebuilt:
        return set()


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


@contextmanager
def a_keeper(services: Services, child: list[str]) -> Iterator[IndexKeeper]:
    settings = services.settings
    keeper = IndexKeeper(settings.database_url, settings.search_url, child=child)
    keeper.start()
    try:
        keeper.ask()
        yield keeper
    finally:
        keeper.stop()


def assets_with(services: Services, *words: str) -> list[int]:
    """One with each word, between a first and a last one without."""
    with transaction(services.sessions) as session:
        texts = ["radio", *(f"radio {word}" for word in words), "radio"]
        return [a_found_asset(session, "Title", text).id for text in texts]


def test_assets_at_which_the_process_ends_keep_no_others_out(services: Services) -> None:
    rebuild(services.sessions, services.search)
    first, *odd, last = assets_with(services, *POISONS)
    with a_keeper(services, POISONED) as keeper:
        wait_for(lambda: found(services, "radio") == {first, last})
        wait_for(lambda: found(services, "title") == {first, *odd, last})
        with transaction(services.sessions) as session:
            later = a_found_asset(session, "Later", "radio")
        keeper.ask()
        wait_for(lambda: later.id in found(services, "later"))
    with reading(services.sessions) as session:
        assert [why_not_indexed(session, asset_id) for asset_id in odd] == [STOPPED] * len(odd)
        refs = not_indexed(session)
    assert len(refs) == len(odd)
    assert all(ref in unindexed_assets(services).sentence for ref in refs)


def test_a_rebuild_that_ends_at_an_asset_is_done_with_its_title_alone(services: Services) -> None:
    first, odd, last = assets_with(services, "hangs")
    with a_keeper(services, POISONED):
        wait_for(lambda: found(services, "title") == {first, odd, last})
        assert found(services, "radio") == {first, last}
    with reading(services.sessions) as session:
        assert why_not_indexed(session, odd) == STOPPED


def test_what_changes_is_found_by_the_child(services: Services) -> None:
    with transaction(services.sessions) as session:
        asset = a_found_asset(session, "First", "Nothing of it.")
    with a_keeper(services, CHILD) as keeper:
        wait_for(lambda: found(services, "first") == {asset.id})
        with transaction(services.sessions) as session:
            changed = session.get_one(Asset, asset.id)
            changed.title, changed.updated_at = "Zeppelin", changed.updated_at + timedelta(minutes=1)
        keeper.ask()
        wait_for(lambda: found(services, "zeppelin") == {asset.id})


ANSWERING = """
import sys
sys.stdin.readline()
for order in sys.stdin:
    with open(sys.argv[1], "a") as orders:
        orders.write(order)
    print("[7]")
    print('"done"', flush=True)
"""


def test_what_a_round_came_through_is_not_suspected_in_the_next_one(
    services: Services, tmp_path: Path
) -> None:
    orders = tmp_path / "orders"
    orders.touch()
    with a_keeper(services, [sys.executable, "-c", ANSWERING, str(orders)]) as keeper:
        wait_for(lambda: orders.read_text() == "[]\n")
        keeper.ask()
        wait_for(lambda: orders.read_text().count("\n") == 2)
    assert orders.read_text() == "[]\n[]\n"


def test_a_round_in_which_nothing_changed_waits_for_nobody_who_writes(services: Services) -> None:
    rebuild(services.sessions, services.search)
    answers = io.StringIO()
    with transaction(services.sessions) as session:
        a_found_asset(session, "Title", "radio")
        session.flush()
        Round(services.sessions, services.search, answers).work([])
    assert answers.getvalue().splitlines() == ["[]", '"done"']


def test_a_child_that_was_killed_is_started_again(services: Services) -> None:
    with a_keeper(services, CHILD) as keeper:
        wait_for(lambda: is_built(services))
        assert keeper._child is not None
        os.kill(keeper._child.pid, signal.SIGKILL)
        added = set(assets_with(services, "harmless"))

        def asked() -> bool:
            # as the sweeps do
            keeper.ask()
            return found(services, "radio") == added

        wait_for(asked)


def is_built(services: Services) -> bool:
    try:
        services.search.check()
    except IndexBeingRebuilt:
        return False
    return True


def test_a_child_ends_with_the_process_that_started_it(services: Services, tmp_path: Path) -> None:
    told = tmp_path / "child"
    program = (
        "import sys, time; from pathlib import Path; from content.finding.index_keeper import IndexKeeper\n"
        "keeper = IndexKeeper(*sys.argv[1:3]); keeper.start(); keeper.ask()\n"
        "while keeper._child is None: time.sleep(0.01)\n"
        "Path(sys.argv[3]).write_text(f'{keeper._child.pid} '); time.sleep(60)"
    )
    addresses = [services.settings.database_url, services.settings.search_url]
    parent = subprocess.Popen([sys.executable, "-c", program, *addresses, str(told)])
    wait_for(lambda: told.exists() and told.read_text().endswith(" "))
    child = int(told.read_text())
    assert is_alive(child)
    parent.kill()
    parent.wait()
    wait_for(lambda: not is_alive(child))


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2]
    except FileNotFoundError:
        return False
    return not state.startswith("Z")
