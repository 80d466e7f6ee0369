"""Usage as lines for other programs: events with their random viewer id, never a name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from content.assets.models import Asset, AssetVersion
from content.usage.demo_models import DemoStep
from content.usage.played_models import PlayedView
from content.usage.usage_models import Download, ViewEvent, ViewEventPage
from partners.models import Organisation

Deed = TypeVar("Deed", Download, DemoStep, PlayedView)
AT_ONCE = 1_000


def usage_lines(session: Session) -> Iterator[str]:
    """One JSON object a line: ended views, downloads, steps of demos, what was played, as written."""
    for view in _views(session):
        yield json.dumps(view, sort_keys=True)
    for download in _downloads(session):
        yield json.dumps(download, sort_keys=True)
    for step in _steps(session):
        yield json.dumps(step, sort_keys=True)
    for played in _played(session):
        yield json.dumps(played, sort_keys=True)


def _views(session: Session) -> Iterator[dict[str, Any]]:
    rows = session.execute(
        select(ViewEvent, Asset.ref, AssetVersion.number, Organisation.ref.label("organisation"))
        .join(Asset, Asset.id == ViewEvent.asset_id)
        .join(AssetVersion, AssetVersion.id == ViewEvent.version_id)
        .join(Organisation, Organisation.id == ViewEvent.organisation_id)
        .order_by(ViewEvent.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for part in rows.partitions():
        pages = _pages(session, [row.ViewEvent.id for row in part])
        for row in part:
            event: ViewEvent = row.ViewEvent
            yield {
                "kind": "view",
                "view": event.view_id,
                "asset": row.ref,
                "version": row.number,
                "viewer": event.viewer_id,
                "viewer_class": event.viewer_class,
                "organisation": row.organisation,
                "opened_at": event.opened_at.isoformat(),
                "opened_on": event.opened_on.isoformat(),
                "human": event.is_human,
                "counted_ms": event.total_ms,
                "raw_ms": event.raw_ms,
                "pages": pages.get(event.id, []),
            }


def _pages(session: Session, event_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    rows = session.execute(
        select(
            ViewEventPage.event_id,
            ViewEventPage.page,
            ViewEventPage.counted_ms,
            ViewEventPage.raw_ms,
            ViewEventPage.cap,
        )
        .where(ViewEventPage.event_id.in_(event_ids))
        .order_by(ViewEventPage.event_id, ViewEventPage.page)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for event_id, page, counted, raw, cap in rows:
        found.setdefault(event_id, []).append(
            {"page": page, "counted_ms": counted, "raw_ms": raw, "cap": cap}
        )
    return found


def _downloads(session: Session) -> Iterator[dict[str, Any]]:
    for download, facts in _deeds(session, Download, Download.id):
        yield {
            "kind": "download",
            **facts,
            "downloaded_at": download.downloaded_at.isoformat(),
            "downloaded_on": download.downloaded_on.isoformat(),
            "cobranded": download.is_cobranded,
        }


def _steps(session: Session) -> Iterator[dict[str, Any]]:
    for step, facts in _deeds(session, DemoStep, DemoStep.id):
        yield {
            "kind": "step",
            "view": step.view_id,
            **facts,
            "step": step.step,
            "label": step.label,
            "reached_at": step.reached_at.isoformat(),
            "reached_ms": step.reached_ms,
        }


def _played(session: Session) -> Iterator[dict[str, Any]]:
    for played, facts in _deeds(session, PlayedView, PlayedView.view_id):
        yield {
            "kind": "played",
            "view": played.view_id,
            **facts,
            "opened_at": played.opened_at.isoformat(),
            "spans": played.spans,
            "watched_ms": played.watched_ms,
            "unique_ms": played.unique_ms,
        }


def _deeds(
    session: Session, table: type[Deed], order: InstrumentedAttribute[Any]
) -> Iterator[tuple[Deed, dict[str, Any]]]:
    """Each with what all of them have: of which version, by whom, for whom."""
    rows = session.execute(
        select(table, Asset.ref, AssetVersion.number, Organisation.ref)
        .join(Asset, Asset.id == table.asset_id)
        .join(AssetVersion, AssetVersion.id == table.version_id)
        .join(Organisation, Organisation.id == table.organisation_id)
        .order_by(order)
        .execution_options(yield_per=AT_ONCE)
    )
    for deed, asset, version, organisation in rows:
        yield (
            deed,
            {
                "asset": asset,
                "version": version,
                "viewer": deed.viewer_id,
                "viewer_class": deed.viewer_class,
                "organisation": organisation,
            },
        )
