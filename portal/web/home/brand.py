"""The brand's home: what is used, what nobody opens, and what the library needs."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template

from content.requests.request_queries import open_requests
from content.usage.usage_filter import UsageFilter
from content.usage.usage_reports import counts_in_all, people_in_all, times_in_all
from content.usage.usage_tables import Slice, usage_by_asset
from content.usage.usage_unused import unused_counts
from portal.web.content_words import kind_names
from portal.web.context import business_day, db, identity, now
from portal.web.home.content_health import content_health, never_opened

DAYS = 30
TOP = 6
UNUSED = 6


def brand_home() -> str:
    asker, at = identity(), now()
    today = business_day()
    wanted = UsageFilter(today - timedelta(days=DAYS - 1), today)
    return render_template(
        "home/brand.html",
        counts=counts_in_all(db(), asker, wanted),
        people=people_in_all(db(), asker, wanted),
        times=times_in_all(db(), asker, wanted),
        top=usage_by_asset(db(), asker, wanted, Slice(limit=TOP), at),
        unused=unused_counts(db(), asker, today=today, at=at),
        unopened=never_opened(db(), today=today, most=UNUSED),
        health=content_health(db(), today=today),
        requests=open_requests(db()),
        kinds=kind_names(),
        today=today,
        at=at,
        days=DAYS,
    )
