"""--by and --approver: whose file it is and who approved it; the operator where nobody is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import click
from sqlalchemy.orm import Session

from commissions.facts.errors import RoleCannotClose
from commissions.statements.closing import Approval
from partners.people import identity_of, person_by_email
from portal.kernel.activity import OPERATOR
from portal.kernel.errors import NotAllowed

_BY, _APPROVER = "makegood.by", "makegood.approver"


@dataclass(frozen=True, slots=True)
class Signature:
    """User ids as text, or "operator"; `approved_by` may be nobody."""

    by: str = OPERATOR
    approved_by: str | None = None


class RoleCannotSign(NotAllowed):
    def __init__(self) -> None:
        super().__init__("A file needs someone of finance as its author, and a finance approver.")


def signed_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Both options; the command finds what they said by `signature`."""
    for name, key, words in (
        ("--approver", _APPROVER, "E-mail address of the second person, a finance approver."),
        ("--by", _BY, "E-mail address of its author; the operator where nobody is named."),
    ):
        command = click.option(name, expose_value=False, callback=_keeping(key), help=words)(command)
    return command


def signature(session: Session, *, today: date) -> Signature:
    """Raises UnknownPerson, RoleCannotSign or SamePerson; without an author there is no second person."""
    said = click.get_current_context().meta
    by, approver = said.get(_BY), said.get(_APPROVER)
    if by is None and approver is not None:
        raise click.UsageError("--approver needs --by: the second person approves what somebody else does.")
    if by is None:
        return Signature()
    author = identity_of(session, person_by_email(session, by), today=today)
    if approver is None:
        return Signature(str(author.user_id))
    second = identity_of(session, person_by_email(session, approver), today=today)
    try:
        Approval(author, second).check()
    except RoleCannotClose as refusal:
        raise RoleCannotSign from refusal
    return Signature(str(author.user_id), str(second.user_id))


def _keeping(key: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    def keep(context: click.Context, _option: click.Parameter, value: str | None) -> None:
        context.meta[key] = value

    return keep
