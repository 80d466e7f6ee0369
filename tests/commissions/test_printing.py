"""PDFs are made once in the background and kept; people hear of a statement once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.statement_run import MONTH, fill
from commissions.adjustments.carrying import is_carried
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import Statement, StatementLineKind
from commissions.ledger.periods import period
from commissions.statements.documents import StatementDocument, full_documents
from commissions.statements.draft_lines import DraftLine
from commissions.statements.exports import period_files
from commissions.statements.notices import Notice, send_notices
from commissions.statements.print_models import StatementNotice, StatementPrint
from commissions.statements.printing import LOT, press, print_statements, printed, unprinted_periods
from commissions.statements.statement_pdf import statement_pdf
from partners.models import Organisation, User
from portal import worker
from portal.adapters.queue import AFTER_CLOSE
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.kernel.ports import Mail
from portal.letters import statement_letter
from portal.services import Services
from tests.factories.closed_months import APRIL, close, the_worked_example
from tests.factories.people import a_partner, a_user
from tests.factories.post import Post


def a_closed_march(services: Services) -> None:
    with transaction(services.sessions) as session:
        the_worked_example(session)
        close(session, "2026-03", APRIL)


def pdf_files(session: Session, services: Services) -> dict[str, bytes]:
    made = period_files(session, period(session, "2026-03"), HouseRules(), blobs=services.blobs)
    return {file.name: file.content for file in made if file.name.endswith(".pdf")}


def pages_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def words(pdf: bytes) -> str:
    return "\n".join(pages_of(pdf))


def test_every_statement_of_a_closed_month_is_printed_once(services: Services) -> None:
    a_closed_march(services)
    with services.sessions() as session:
        assert list(unprinted_periods(session)) == ["2026-03"]
        before = pdf_files(session, services)
    assert print_statements(services.sessions, services.blobs, "2026-03", clock=services.clock) == 2
    assert print_statements(services.sessions, services.blobs, "2026-03", clock=services.clock) == 0
    with services.sessions() as session:
        assert printed(session, "2026-03").is_done
        assert not unprinted_periods(session)
        assert pdf_files(session, services) == before


def test_a_lost_print_is_made_again_with_the_same_bytes(services: Services) -> None:
    a_closed_march(services)
    print_statements(services.sessions, services.blobs, "2026-03", clock=services.clock)
    with services.sessions() as session:
        before = pdf_files(session, services)
        for sha256 in session.scalars(select(StatementPrint.sha256)):
            services.blobs.delete(sha256)
        assert pdf_files(session, services) == before


def test_a_statement_says_what_is_not_paid_and_why(services: Services) -> None:
    a_closed_march(services)
    with services.sessions() as session:
        text = words(pdf_files(session, services)["2026-03-R1-USD.pdf"])
    assert "Commission statement" in text
    assert "338.32" in text
    assert "Everything on this statement can be paid." in text
    assert "IO-1 L1" in text
    assert "Page 1 of 1" in text


def test_a_statement_of_nothing_says_that_nothing_is_to_be_paid(services: Services) -> None:
    a_closed_march(services)
    with services.sessions() as session:
        document = _of_r1(session)
    nothing = replace(document, lines=(), figures=dict.fromkeys(document.figures, 0))
    text = words(statement_pdf(nothing))
    assert "Nothing is to be paid." in text
    assert "can be paid" not in text
    assert "No line earned or changed anything in March 2026." in text
    assert "Advertiser" not in text


def _of_r1(session: Session) -> StatementDocument:
    stated = session.scalars(select(Statement).where(Statement.partner_ref == "R1")).one()
    return next(full_documents(session, [stated], period(session, "2026-03")))


def a_row(**facts: object) -> DraftLine:
    nothing: dict[str, Any] = dict.fromkeys(DraftLine._fields, "")
    return DraftLine(**nothing | {"units_before": None, "units_after": 1, "amount": 100} | facts)


def test_the_last_page_carries_rows_of_the_table_before_its_sum(services: Services) -> None:
    a_closed_march(services)
    with services.sessions() as session:
        document = _of_r1(session)
    earned = a_row(kind=StatementLineKind.EARNED, advertiser="Wrenfield", share="60%")
    held = a_row(kind=StatementLineKind.HOLDBACK, explanation="kept until May")
    for count in (1, 13, 19, 22, 41, 50):
        pages = pages_of(statement_pdf(replace(document, lines=[earned] * count + [held])))
        on_pages = [page.count("Wrenfield") + page.count("kept until May") for page in pages]
        assert sum(on_pages) == count + 1
        assert on_pages[-1] >= min(2, count + 1), (count, on_pages)
        assert "Closing balance" in pages[-1]


def test_no_row_is_torn_between_two_pages(services: Services) -> None:
    a_closed_march(services)
    with services.sessions() as session:
        document = _of_r1(session)
    tall = a_row(kind=StatementLineKind.EARNED, advertiser=" ".join(["Begin", *["Wrenfield"] * 25, "finish"]))
    for count in (8, 9, 10, 20, 21, 22):
        pages = pages_of(statement_pdf(replace(document, lines=[tall] * count)))
        assert [page.count("Begin") for page in pages] == [page.count("finish") for page in pages]


class _Readers:
    """Two people of R1 who read statements, one who may not enter any more, one of another partner."""

    def __init__(self, session: Session) -> None:
        first = session.scalars(select(Organisation).where(Organisation.ref == "R1")).one()
        self.admin = a_user(session, first, Role.PARTNER_ADMIN)
        self.admin.locale = "de"
        self.colleague = a_user(session, first, Role.PARTNER)
        self.gone = a_user(session, first, Role.PARTNER)
        self.gone.disabled_at = APRIL
        self.stranger = a_user(session, a_partner(session, "OTHER"), Role.PARTNER)
        session.flush()


def the_readers(services: Services) -> _Readers:
    a_closed_march(services)
    with transaction(services.sessions) as session:
        return _Readers(session)


def tell(services: Services, post: Post, at: datetime = APRIL) -> int:
    def letter(notice: Notice) -> Mail:
        address = f"http://portal/statements/{notice.statement.number}"
        return statement_letter(notice, address, pays=["Nothing is payable yet"])

    return send_notices(services.sessions, post, letter, clock=lambda: at)


def test_the_partners_people_hear_of_a_statement_once_and_nobody_else(services: Services) -> None:
    readers, post = the_readers(services), Post()
    assert tell(services, post) == 2
    assert tell(services, post) == 0
    assert {mail.to for mail in post.mails} == {readers.admin.email, readers.colleague.email}
    assert len({mail.key for mail in post.mails}) == 2


def test_the_mail_has_month_amount_and_address_in_the_readers_format(services: Services) -> None:
    readers, post = the_readers(services), Post()
    tell(services, post)
    mail = next(mail for mail in post.mails if mail.to == readers.admin.email)
    assert "März 2026" in mail.subject
    assert "338,32" in mail.subject
    assert "Nothing is payable yet" in mail.text
    for part in (mail.text, mail.html):
        assert "http://portal/statements/2026-03-R1-USD" in part
        assert "338,32" in part


def test_a_mail_that_the_server_refused_goes_out_later(services: Services) -> None:
    the_readers(services)
    post = Post()
    post.is_down = True
    with pytest.raises(OSError, match="no server"):
        tell(services, post)
    post.is_down = False
    assert tell(services, post) == 2


def test_a_mail_that_the_server_never_takes_keeps_nobody_elses_back_and_is_tried_again_later(
    services: Services,
) -> None:
    readers = the_readers(services)
    post = Post(refuses={readers.admin.email})
    assert tell(services, post) == 1
    assert [mail.to for mail in post.mails] == [readers.colleague.email]
    post.refuses.clear()
    assert tell(services, post, APRIL + timedelta(minutes=5)) == 0
    assert tell(services, post, APRIL + timedelta(hours=2)) == 1


def test_a_claim_of_a_worker_that_died_is_taken_over(services: Services) -> None:
    the_readers(services)
    with transaction(services.sessions) as session:
        statement_id = session.scalars(select(Statement.id).where(Statement.partner_ref == "R1")).one()
        reader = session.scalars(select(User.id).where(User.role == Role.PARTNER_ADMIN)).one()
        session.add(StatementNotice(statement_id=statement_id, user_id=reader, claimed_at=APRIL))
    assert tell(services, Post(), APRIL + timedelta(minutes=5)) == 1
    assert tell(services, Post(), APRIL + timedelta(hours=2)) == 1


def test_nobody_is_told_of_statements_of_long_ago(services: Services) -> None:
    the_readers(services)
    assert tell(services, Post(), APRIL + timedelta(days=30)) == 0


def test_the_worker_carries_balances_prints_and_tells_after_a_close(services: Services) -> None:
    the_readers(services)
    worker.TASKS[AFTER_CLOSE](replace(services, clock=lambda: APRIL))
    with services.sessions() as session:
        assert printed(session, "2026-03").is_done
        assert is_carried(session)
        assert session.scalar(select(func.count()).where(StatementNotice.sent_at.is_not(None))) == 2


def test_a_month_of_several_lots_is_printed_whole_and_as_each_would_be_alone(services: Services) -> None:
    fill(services.sessions, lines=LOT + 5, partners=LOT + 5)
    made = print_statements(services.sessions, services.blobs, MONTH, clock=services.clock)
    assert made == LOT + 5
    with services.sessions() as session:
        assert printed(session, MONTH).is_done
        query = select(Statement).join(StatementPrint).order_by(Statement.id.desc())
        last = session.scalars(query).first()
        assert last is not None
        document = next(full_documents(session, [last], period(session, MONTH)))
        alone = statement_pdf(document)
        assert press(session, services.blobs, MONTH).pdf(document) == alone
        sha256 = session.scalars(
            select(StatementPrint.sha256).where(StatementPrint.statement_id == last.id)
        ).one()
        assert sha256 == hashlib.sha256(alone).hexdigest()


def test_a_partners_name_is_drawn_as_itself_in_scripts_of_many_countries(services: Services) -> None:
    a_closed_march(services)
    with services.sessions() as session:
        march = period(session, "2026-03")
        stated = session.scalars(select(Statement).where(Statement.partner_ref == "R1")).one()
        document = next(full_documents(session, [stated], march))
    # where a font lacks a letter it draws a box, and two names of boxes look alike
    for one, other in (("東", "京"), ("한", "국"), ("简", "体"), ("ع", "ق"), ("ש", "ם"), ("Ω", "Ж")):
        assert _drawn(document, one) != _drawn(document, other), one


def _drawn(document: StatementDocument, name: str) -> bytes:
    pdf = statement_pdf(replace(document, letterhead=replace(document.letterhead, partner=name)))
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil()
    assert isinstance(picture, Image.Image)
    return picture.tobytes()
