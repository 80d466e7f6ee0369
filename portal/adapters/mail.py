"""Mail by SMTP, or written to a folder where no server is set."""

from __future__ import annotations

import secrets
import smtplib
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path
from urllib.parse import unquote, urlsplit

from portal.kernel.ports import Mail, Mailer, MailRefused

SENDER = "Makegood"
SECONDS = 10


class _Folding(EmailPolicy):
    """Subjects folded as RFC 2047 has it: Python's own folding loses the blanks between encoded words."""

    def fold(self, name: str, value: str) -> str:
        text = str(value)
        if name.lower() != "subject" or text.isascii():
            return str(super().fold(name, value))
        return f"{name}: {Header(text, 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


class FolderMailer:
    """Writes each mail as a file that any mail program opens."""

    def __init__(self, folder: Path, host: str) -> None:
        self._folder = folder
        self._host = host

    def send(self, mail: Mail) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{len(list(self._folder.iterdir())):06d}-{secrets.token_hex(4)}.eml"
        (self._folder / name).write_bytes(_message(mail, self._host).as_bytes())


class SmtpMailer:
    """Hands mails to a server: smtp:// with STARTTLS where offered, smtps:// over TLS."""

    def __init__(self, url: str, host: str) -> None:
        self._url = urlsplit(url)
        self._host = host

    def send(self, mail: Mail) -> None:
        url = self._url
        kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
        with kind(url.hostname or "", url.port or 0, timeout=SECONDS) as server:
            if url.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls()
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            try:
                server.send_message(_message(mail, self._host))
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refused:
                # what it answers holds the address
                raise MailRefused(type(refused).__name__) from None


def make_mailer(smtp_url: str | None, *, data_dir: Path, host: str) -> Mailer:
    return SmtpMailer(smtp_url, host) if smtp_url else FolderMailer(data_dir / "mail", host)


def _message(mail: Mail, host: str) -> EmailMessage:
    message = EmailMessage(_Folding())
    message["From"] = f"{SENDER} <no-reply@{host}>"
    message["To"] = mail.to
    message["Subject"] = mail.subject
    if mail.key:
        message["Message-ID"] = f"<{mail.key}@{host}>"
    if mail.stop:
        message["List-Unsubscribe"] = f"<{mail.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message
