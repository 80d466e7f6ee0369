"""Bring in playbooks: two of the brand, one of a partner for its own people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from content.assets.audiences import parsed
from content.assets.models import Asset
from content.readers.collecting import (
    CollectionDescription,
    add_collection,
    add_heading,
    add_item,
    note_item,
    publish_collection,
)
from content.readers.collection_models import CollectionKind
from portal.demo.almanac import Almanac, instant
from portal.demo.channel import MARA
from portal.demo.library.shape import LEONIE, PRIYA
from portal.kernel.identity import Identity


@dataclass(frozen=True, slots=True)
class DemoPlaybook:
    """`items` are headings (a text alone), or an asset's ref with its note."""

    title: str
    summary: str
    by: str
    audience: str
    days_ago: int
    items: tuple[str | tuple[str, str], ...]


PLAYBOOKS = (
    DemoPlaybook(
        "Grocery: from the first call to the second order",
        "For partners who sell to grocers with two stores or more: what to show in which meeting, and what to say with it.",
        LEONIE, "all", 34,
        (
            "First meeting",
            ("why-breakfast-radio-sells", "Slides 1 to 6 only. Stop at the question on slide 6 and let them answer."),
            ("orchard-row-grocers", "Page 3 when they ask whether radio moves people; page 5 when they doubt the sample."),
            "Second meeting",
            ("category-insights-retail", "Gold partners: bring the page of their region, not the whole report."),
            ("reach-planner", "Plan together, with their own opening hours."),
            ("proposal-template", "Send it within two days of the meeting; six slides, no more."),
            "After the flight",
            ("make-goods-explained", "Before they ask why a spot ran on another day."),
            ("breakfast-poster", "A reason to visit, and it hangs in the shop for weeks."),
        ),
    ),
    DemoPlaybook(
        "Start a podcast campaign in a week",
        "Five steps for buyers who have never bought a podcast.",
        PRIYA, "all", 19,
        (
            ("podcast-ads-that-people-keep", "Open with the three spots, then ask which one they remember."),
            ("host-read-spots", "Leave it behind; it answers what the finance person asks next morning."),
            ("inside-a-live-read", "For those who fear that hosts say what they want."),
            ("rate-card", "Only pages of the two shows."),
            ("creative-specifications", "With the order, so that the first spot is not late."),
        ),
    ),
    DemoPlaybook(
        "Greenhollow Stores: our meeting on Thursday",
        "What we show Dele's successor, in this order.",
        MARA, "", 4,
        (
            ("media-kit", "Coverage first: they moved to Salem."),
            ("orchard-row-grocers", "Their question from last time was the control group: page 4."),
            ("gold-rate-sheet", "Only if they ask for prices."),
        ),
    ),
)  # fmt: skip


def load_collections(
    session: Session, on: Almanac, people: Mapping[str, Identity], assets: Mapping[str, Asset]
) -> None:
    for playbook in PLAYBOOKS:
        at, by = instant(on.ago(playbook.days_ago), 11, 30), people[playbook.by]
        description = CollectionDescription(
            playbook.title, CollectionKind.PLAYBOOK, playbook.summary, parsed(playbook.audience)
        )
        made = add_collection(session, by, description, at=at)
        for item in playbook.items:
            if isinstance(item, str):
                add_heading(session, made, item, at=at)
                continue
            row = add_item(session, made, assets[item[0]], at=at)
            note_item(session, made, row.id, item[1], at=at)
        if playbook.audience:
            publish_collection(session, by, made, at=at)
