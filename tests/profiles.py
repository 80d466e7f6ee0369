"""How long tests look: 200 examples of what is pure, 30 runs of a state machine; 20,000 to soak.

What is marked `soak` runs then alone.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"


def examples(usual: int) -> int:
    """So many where time is short, and twenty thousand to soak."""
    return 20_000 if SOAK else usual


hypothesis_settings.register_profile(
    "patient",
    max_examples=examples(200),
    # a shared machine is slow at times, which says nothing about the code
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
hypothesis_settings.load_profile("patient")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [] if SOAK else [item for item in items if item.get_closest_marker("soak")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


stateful = hypothesis_settings(max_examples=examples(30), stateful_step_count=30)
