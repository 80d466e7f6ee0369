"""Mails go out with what was done, once, and as soon as a server takes them (F20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from portal.kernel.db import reading, transaction
from portal.kernel.outbox import NEWS_FOR, late_mails, post, send_posted
from portal.kernel.ports import Mail
from tests.factories.post import Post

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
INES, MARA = Mail("ines@larkwell.example", "One", "1"), Mail("mara@tidewell.example", "Two", "2", html="<p>2")

Sessions = sessionmaker[Session]


def posted(sessions: Sessions, *mails: Mail) -> None:
    with transaction(sessions) as session:
        for mail in mails:
            post(session, mail, at=NOW)


def send(sessions: Sessions, server: Post, after: timedelta = timedelta()) -> int:
    return send_posted(sessions, server, clock=lambda: NOW + after)


def late(sessions: Sessions, after: timedelta) -> int:
    with reading(sessions) as session:
        return late_mails(session, at=NOW + after)


def test_a_mail_goes_out_once_as_it_was_written(sessions: Sessions) -> None:
    posted(sessions, INES, MARA)
    server = Post()
    assert (send(sessions, server), send(sessions, server)) == (2, 0)
    told = [(mail.to, mail.subject, mail.text, mail.html) for mail in server.mails]
    assert told == [(mail.to, mail.subject, mail.text, mail.html) for mail in (INES, MARA)]
    assert len({mail.key for mail in server.mails}) == 2


def test_what_was_not_done_is_told_to_nobody(sessions: Sessions) -> None:
    with sessions() as session:
        session.connection(execution_options={"writes": True})
        post(session, INES, at=NOW)
        session.flush()
        session.rollback()
    assert send(sessions, Post()) == 0


def test_f20_mails_wait_for_a_server_that_is_away(sessions: Sessions) -> None:
    posted(sessions, INES, MARA)
    server = Post(is_down=True)
    with pytest.raises(OSError, match="no server"):
        send(sessions, server)
    assert late(sessions, timedelta(hours=2)) == 2
    server.is_down = False
    assert send(sessions, server) == 2
    assert late(sessions, timedelta(hours=2)) == 0


def test_f20_a_mail_that_is_never_taken_keeps_no_other_back_and_is_given_up_loudly(
    sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    posted(sessions, INES, MARA)
    server = Post(refuses={INES.to})
    assert send(sessions, server) == 1
    assert [mail.to for mail in server.mails] == [MARA.to]
    assert send(sessions, server, timedelta(minutes=30)) == 0
    assert late(sessions, timedelta(hours=2)) == 1
    send(sessions, server, NEWS_FOR + timedelta(hours=1))
    assert "1 mails were given up" in caplog.text
    assert INES.to not in caplog.text
    assert late(sessions, NEWS_FOR + timedelta(hours=2)) == 0


def test_the_claim_of_a_worker_that_died_is_taken_over(sessions: Sessions) -> None:
    posted(sessions, INES)
    server = Post()

    def dies(_mail: Mail) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as meanwhile:
        meanwhile.setattr(server, "send", dies)
        with pytest.raises(KeyboardInterrupt):
            send(sessions, server)
    assert send(sessions, server, timedelta(minutes=5)) == 0
    assert send(sessions, server, timedelta(hours=2)) == 1
