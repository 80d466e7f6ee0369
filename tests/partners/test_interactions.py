"""Interactions: logged by a partner, changed or taken back by their author for a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from partners.account_models import InteractionKind, JourneyStage, Touchpoint
from partners.errors import InteractionInFuture, NotYoursToChange, TextTooLong, TooLateToChange
from partners.interactions import (
    Shown,
    change_interaction,
    interaction_count,
    interactions,
    log_interaction,
    undo_interaction,
)
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.identity import Role
from tests.factories.accounts import a_call, an_account
from tests.factories.people import a_partner, an_identity

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)


def test_a_call_stands_in_the_account_with_what_was_shown(session: Session) -> None:
    partner = a_partner(session)
    found = an_account(session, partner)
    call = replace(
        a_call(NOW), stage=JourneyStage.EVALUATE, minutes=15, shown=(Shown("orchard", "Orchard Row", 4),)
    )
    log_interaction(session, an_identity(session, partner), found.ref, call, at=NOW)
    (logged,) = interactions(session, found)
    assert (logged.kind, logged.touchpoint, logged.minutes) == (InteractionKind.CALL, Touchpoint.PHONE, 15)
    assert [(one.asset_ref, one.version) for one in logged.shown] == [("orchard", 4)]


def test_another_partner_can_neither_log_nor_change_nor_take_back(session: Session) -> None:
    partner = a_partner(session)
    found = an_account(session, partner)
    logged = log_interaction(session, an_identity(session, partner), found.ref, a_call(NOW), at=NOW)
    stranger = an_identity(session)
    with pytest.raises(NotFound):
        log_interaction(session, stranger, found.ref, a_call(NOW), at=NOW)
    with pytest.raises(NotFound):
        change_interaction(session, stranger, logged.id, a_call(NOW), at=NOW)
    with pytest.raises(NotFound):
        undo_interaction(session, stranger, logged.id, at=NOW)


def test_finance_reads_accounts_but_logs_nothing(session: Session) -> None:
    found = an_account(session, a_partner(session))
    with pytest.raises(NotAllowed):
        log_interaction(session, an_identity(session, role=Role.FINANCE), found.ref, a_call(NOW), at=NOW)


def test_the_author_changes_what_was_logged_within_a_day(session: Session) -> None:
    partner = a_partner(session)
    found, author = an_account(session, partner), an_identity(session, partner)
    shown = (Shown("orchard", "Orchard Row", 4), Shown("kit", "Media kit", 2))
    logged = log_interaction(session, author, found.ref, replace(a_call(NOW), shown=shown), at=NOW)
    other = replace(a_call(NOW, "Wants Saturdays."), shown=shown[1:])
    change_interaction(session, author, logged.id, other, at=NOW + timedelta(hours=23))
    (changed,) = interactions(session, found)
    assert (changed.note, [one.asset_ref for one in changed.shown]) == ("Wants Saturdays.", ["kit"])
    with pytest.raises(TooLateToChange):
        change_interaction(session, author, logged.id, other, at=NOW + timedelta(hours=25))
    with pytest.raises(NotYoursToChange):
        change_interaction(session, an_identity(session, partner), logged.id, other, at=NOW)


def test_what_was_taken_back_is_gone_from_the_time_line(session: Session) -> None:
    partner = a_partner(session)
    found, author = an_account(session, partner), an_identity(session, partner)
    call = replace(a_call(NOW), shown=(Shown("orchard", "Orchard Row", 4),))
    logged = log_interaction(session, author, found.ref, call, at=NOW)
    undo_interaction(session, author, logged.id, at=NOW)
    session.flush()
    assert interaction_count(session, found) == 0


def test_what_has_not_happened_or_is_endless_is_refused(session: Session) -> None:
    partner = a_partner(session)
    found, author = an_account(session, partner), an_identity(session, partner)
    with pytest.raises(InteractionInFuture):
        log_interaction(session, author, found.ref, a_call(NOW + timedelta(hours=1)), at=NOW)
    with pytest.raises(TextTooLong):
        log_interaction(session, author, found.ref, a_call(NOW, "x" * 10_001), at=NOW)


def test_a_time_line_is_read_backwards_in_pieces(session: Session) -> None:
    partner = a_partner(session)
    found, author = an_account(session, partner), an_identity(session, partner)
    for days in range(5):
        log_interaction(session, author, found.ref, a_call(NOW - timedelta(days=days), str(days)), at=NOW)
    first = interactions(session, found, limit=2)
    later = interactions(session, found, before=first[-1].at, limit=2)
    assert [one.note for one in [*first, *later]] == ["0", "1", "2", "3"]
