"""What a mail program reads of what the portal writes."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from portal.adapters.mail import FolderMailer
from portal.kernel.ports import Mail
from portal.mail_pages import MailPage, page_of, text_of

SUBJECTS = (
    "Please read: the rate card of 2027",
    "Sent back: Gründergeschichte für größere Häuser und Händler in Österreich, ausführlich erzählt",
    "Content to look at: دليل الإعلانات الإذاعية للشركاء الذهبيين",
    "朝のラジオがよく売れる理由：メディアキット2026年版、広告代理店と販売店のための資料",
    "Plain and very long: " + "words that go on and on " * 12 + "até o fim",
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_of_any_letters_and_length_comes_out_as_it_went_in(tmp_path: Path, subject: str) -> None:
    FolderMailer(tmp_path, "portal.example").send(
        Mail(to="ines@larkwell.example", subject=subject, text="Grüße, مرحبا")
    )
    (file,) = tmp_path.glob("*.eml")
    raw = file.read_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Subject"] == subject
    assert read["To"] == "ines@larkwell.example"
    assert read.get_content().strip() == "Grüße, مرحبا"
    assert max(len(line) for line in raw.splitlines()) <= 78


def test_a_mail_that_is_a_page_too_holds_both_and_escapes_what_people_wrote(tmp_path: Path) -> None:
    page = MailPage(
        "en", "Larkwell Audio", "A <b>question</b>", "https://portal.example/d", "Open", said="1 < 2"
    )
    mail = Mail("ines@larkwell.example", "A question", text_of(page), html=page_of(page))
    FolderMailer(tmp_path, "portal.example").send(mail)
    (file,) = tmp_path.glob("*.eml")
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content() == "1 < 2\n\nhttps://portal.example/d\n"
    assert "A &lt;b&gt;question&lt;/b&gt;" in html.get_content()
    assert "1 &lt; 2" in html.get_content()


def test_a_subject_cannot_bring_another_header(tmp_path: Path) -> None:
    mail = Mail(to="ines@larkwell.example", subject="One\r\nBcc: all@larkwell.example", text="x")
    with pytest.raises(ValueError, match="linefeed"):
        FolderMailer(tmp_path, "portal.example").send(mail)
