"""What a mail program reads of what the portal writes, and what a server is told that takes it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.adapters.mail import FolderMailer, SmtpMailer
from portal.kernel.ports import Mail, MailRefused
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


class MailServer:
    """Speaks SMTP; knows no `gone@` and takes nothing that is called spam."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_RCPT(  # noqa: N802  as the library calls it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("gone@"):
            return f"550 {address} is unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if b"spam" in envelope.content:
            return "451 later perhaps"
        self.taken.append(envelope.content)
        return "250 OK"


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port


@pytest.fixture
def mail_server() -> Iterator[tuple[MailServer, SmtpMailer]]:
    server = MailServer()
    running = Controller(server, hostname="127.0.0.1", port=a_free_port())
    running.start()
    yield server, SmtpMailer(f"smtp://127.0.0.1:{running.port}", "portal.example")
    running.stop()


def test_a_server_gets_the_mail_with_its_sender_and_key(mail_server: tuple[MailServer, SmtpMailer]) -> None:
    server, mailer = mail_server
    mailer.send(Mail("ines@larkwell.example", "Grüße", "Guten Tag", key="news-7"))
    (raw,) = server.taken
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Subject"] == "Grüße"
    assert read["From"] == "Makegood <no-reply@portal.example>"
    assert read["Message-ID"] == "<news-7@portal.example>"


@pytest.mark.parametrize(("to", "text"), [("gone@larkwell.example", "x"), ("ines@larkwell.example", "spam")])
def test_f20_a_mail_that_the_server_does_not_take_is_told_apart_from_a_server_that_is_away(
    mail_server: tuple[MailServer, SmtpMailer], to: str, text: str
) -> None:
    server, mailer = mail_server
    with pytest.raises(MailRefused) as refused:
        mailer.send(Mail(to, "A question", text))
    assert "larkwell" not in str(refused.value)
    assert server.taken == []
    with pytest.raises(OSError, match="refused") as away:
        SmtpMailer(f"smtp://127.0.0.1:{a_free_port()}", "portal.example").send(Mail(to, "A question", text))
    assert not isinstance(away.value, MailRefused)
