"""Steps that a demo reports while it is played, and the report of them: step, people, median time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.usage.demo_models import DemoStep
from content.usage.usage_filter import UsageFilter
from content.usage.usage_models import View
from content.usage.usage_time import LONGEST_MS, SLACK_MS, bucket_of, percentile
from content.usage.usage_tokens import ViewClaims
from content.usage.usage_views import Moment, of_view, own_view
from portal.kernel.identity import Identity
from portal.kernel.upserts import insert_into

MOST_STEPS = 100


class StepAnswer(StrEnum):
    """`ended` asks the browser for a new view, `waiting` to send it again after a sign of a person."""

    COUNTED = "counted"
    WAITING = "waiting"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ReachedStep:
    """What a demo said: `step` is its own name for it, `label` the words for people."""

    step: str
    label: str
    active_ms: int


@dataclass(frozen=True, slots=True)
class StepUse:
    """A step in a report. `histogram` holds the active time until it was first reached, by view."""

    step: str
    label: str
    people: int
    views: int
    histogram: Mapping[int, int] = field(default_factory=dict)

    @property
    def median(self) -> int | None:
        """Seconds."""
        return percentile(self.histogram, 50)


def count_steps(
    session: Session, identity: Identity, claims: ViewClaims, steps: Sequence[ReachedStep], moment: Moment
) -> StepAnswer:
    """Keep each step of an open view once; the same again changes nothing.

    A time beyond the age of the view is cut to it.
    """
    view = own_view(session, identity, claims)
    if view is None:
        return StepAnswer.ENDED
    if not view.is_human:
        return StepAnswer.WAITING
    known = set(session.scalars(select(DemoStep.step).where(DemoStep.view_id == view.id)))
    new = {one.step: one for one in reversed(steps) if one.step not in known}
    rows = [_row(view, one, moment) for one in new.values()][: max(0, MOST_STEPS - len(known))]
    if rows:
        session.execute(insert_into(session, DemoStep).values(rows).on_conflict_do_nothing())
    return StepAnswer.COUNTED


def _row(view: View, reached: ReachedStep, moment: Moment) -> dict[str, object]:
    age = int((moment.at - view.opened_at).total_seconds() * 1_000) + SLACK_MS
    ms = min(reached.active_ms, age, LONGEST_MS)
    return {
        **of_view(view),
        "step": reached.step,
        "label": reached.label,
        "reached_at": moment.at,
        "reached_on": moment.on,
        "reached_ms": ms,
        "bucket": bucket_of(ms),
    }


def step_uses(session: Session, identity: Identity, wanted: UsageFilter) -> list[StepUse]:
    """Steps that the filter counts, in the order in which people reach them."""
    conditions = wanted.of(DemoStep, identity)
    histograms: dict[str, dict[int, int]] = {}
    for step, bucket, views in session.execute(
        select(DemoStep.step, DemoStep.bucket, func.count())
        .where(*conditions)
        .group_by(DemoStep.step, DemoStep.bucket)
    ):
        histograms.setdefault(step, {})[bucket] = views
    rows = session.execute(
        select(
            DemoStep.step,
            func.max(DemoStep.label),
            func.count(DemoStep.viewer_id.distinct()),
            func.count(),
        )
        .where(*conditions)
        .group_by(DemoStep.step)
    )
    found = [StepUse(*row, histograms[row[0]]) for row in rows]
    return sorted(found, key=lambda use: (-use.views, use.median or 0, use.step))
