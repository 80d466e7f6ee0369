"""A mail server that keeps what it is given; tests/adapters/test_mail.py tries one that speaks SMTP."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal.kernel.ports import Mail, MailRefused


@dataclass
class Post:
    """Takes no mail while it `is_down`, and none to those whom it `refuses`."""

    mails: list[Mail] = field(default_factory=list)
    is_down: bool = False
    refuses: set[str] = field(default_factory=set)

    def send(self, mail: Mail) -> None:
        if self.is_down:
            raise OSError("no server")
        if mail.to in self.refuses:
            raise MailRefused("no such mailbox")
        self.mails.append(mail)
