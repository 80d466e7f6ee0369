"""What people did in the reach planner: the steps of its past views, first ones often, last ones seldom."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from content.assets.models import Asset
from content.usage.demo_models import DemoStep
from content.usage.usage_models import ViewEvent
from content.usage.usage_time import bucket_of

PLANNER = "reach-planner"
# name, words, of a hundred views how many reach it, and after which share of the time
STEPS = (
    ("plan", "Moved the spots", 88, 0.15),
    ("station", "Chose a station", 61, 0.3),
    ("effective", "Three to nine contacts", 52, 0.45),
    ("agreed", "Agreed on a plan", 23, 0.8),
)


def load_steps(session: Session) -> None:
    views = select(ViewEvent).join(Asset, Asset.id == ViewEvent.asset_id)
    views = views.where(Asset.ref == PLANNER, ViewEvent.is_human, ViewEvent.total_ms > 0)
    rows = [row for view in session.scalars(views) for row in _rows(view)]
    if rows:
        session.execute(insert(DemoStep), rows)


def _rows(view: ViewEvent) -> list[dict[str, object]]:
    draw = random.Random(view.id)  # noqa: S311  the same world each time
    patience = draw.uniform(0, 100)
    found: list[dict[str, object]] = []
    for step, label, reached, share in STEPS:
        ms = round(view.total_ms * share * draw.uniform(0.7, 1.2))
        if patience > reached:
            continue
        found.append(
            {
                "view_id": view.view_id,
                "step": step,
                "label": label,
                "asset_id": view.asset_id,
                "version_id": view.version_id,
                "viewer_id": view.viewer_id,
                "viewer_class": view.viewer_class,
                "organisation_id": view.organisation_id,
                "reached_at": view.opened_at + timedelta(milliseconds=ms),
                "reached_on": view.opened_on,
                "reached_ms": ms,
                "bucket": bucket_of(ms),
            }
        )
    return found
