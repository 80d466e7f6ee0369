"""A partner as the people read it who decide: by name, the ref second."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from partners.models import Organisation


@dataclass(frozen=True, slots=True)
class PartnerNamed:
    """The name is the ref where there is none."""

    ref: str
    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def in_full(self) -> str:
        return self.ref if self.name == self.ref else f"{self.name} · {self.ref}"


def named(session: Session, ref: str) -> PartnerNamed:
    name = session.scalar(select(Organisation.name).where(Organisation.ref == ref))
    return PartnerNamed(ref, name or ref)
