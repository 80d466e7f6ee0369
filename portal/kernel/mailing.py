"""Mails that a worker has claimed go to the mail server one after the other (F20)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from portal.kernel.ports import Mail, Mailer, MailRefused

log = logging.getLogger("makegood.mail")
Claimed = TypeVar("Claimed")


def handed_over(
    mailer: Mailer,
    claimed: Sequence[Claimed],
    letter: Callable[[Claimed], Mail | None],
    give_back: Callable[[Sequence[Claimed]], None],
) -> Iterator[tuple[Claimed, bool]]:
    """Each that is done with, and whether a mail went out: a letter of None has nothing to say any more.

    What the server does not take keeps its claim, and is tried again when that has ended. Raises OSError when
    the server is away; then all that are left are given back, for the next round.
    """
    for place, one in enumerate(claimed):
        mail = letter(one)
        try:
            if mail is not None:
                mailer.send(mail)
        except MailRefused as refused:
            log.warning("a mail waits: %s", refused)
            continue
        except OSError:
            give_back(claimed[place:])
            raise
        yield one, mail is not None
