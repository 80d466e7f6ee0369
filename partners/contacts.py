"""How a partner names itself to buyers: lines of contact and a logo, for its copies of documents."""

from __future__ import annotations

from sqlalchemy.orm import Session

from partners.models import Organisation
from portal.kernel.errors import Refusal
from portal.kernel.identity import Identity

MOST_LINES, LONGEST_LINE = 4, 100


class ContactNeedsLines(Refusal):
    """A name without a way to reach it helps no buyer, and five lines fit no page."""

    def __init__(self) -> None:
        super().__init__(f"Say how buyers reach you, in one to {MOST_LINES} lines of {LONGEST_LINE} letters.")


def describe_contact(session: Session, identity: Identity, text: str, *, logo_sha256: str | None) -> None:
    """For the asker's own organisation, and no other. Raises ContactNeedsLines."""
    lines = [line for line in ("".join(_printable(each)).strip() for each in text.splitlines()) if line]
    if not 1 <= len(lines) <= MOST_LINES or max(map(len, lines)) > LONGEST_LINE:
        raise ContactNeedsLines
    organisation = session.get_one(Organisation, identity.organisation_id)
    organisation.contact, organisation.logo_sha256 = "\n".join(lines), logo_sha256
    session.flush()


def _printable(line: str) -> list[str]:
    return [letter for letter in line if letter.isprintable()]
