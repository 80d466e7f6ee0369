"""What partners of the demo world searched for: in vain, or with results that nobody opened."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from content.finding.search_log import log_opening, log_search
from portal.demo.almanac import Almanac

# words, assets found, of how many searches the results were opened, and how many days ago each search was
SEARCHES: tuple[tuple[str, int, int, tuple[int, ...]], ...] = (
    ("attribution", 0, 0, (1, 2, 2, 4, 6, 8, 9, 13, 15, 20, 26, 34, 51)),
    ("programmatic", 0, 0, (2, 3, 5, 11, 12, 18, 27)),
    ("whitepaper", 0, 0, (4, 4, 9, 16, 40)),
    ("angebotsvorlage", 0, 0, (3, 7, 22)),
    ("gdpr", 0, 0, (6, 25, 60)),
    ("tiktok", 0, 0, (5, 30)),
    ("veterinary", 0, 0, (12,)),
    ("morning drive", 12, 14, (1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 17)),
    ("case study restaurants", 10, 5, (1, 2, 6, 14, 19)),
    ("cheat sheet", 3, 0, (2, 6, 7, 15, 21, 29)),
    ("price list", 17, 0, (3, 10, 24)),
    ("audience numbers", 9, 0, (8, 11)),
)


def load_searches(session: Session, on: Almanac) -> None:
    """Through the same log that every search goes through."""
    for words, found, opened, days in SEARCHES:
        for number, ago in enumerate(days):
            day = on.today - timedelta(days=ago)
            log_search(session, words, found=found, on=day)
            if number < opened:
                log_opening(session, words, on=day)
