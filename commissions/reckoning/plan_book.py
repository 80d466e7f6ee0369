"""All plan versions at hand: which plan a line has, and which version holds on a day, as known now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.lines import Line
from commissions.plans.plan_models import PlanVersion
from commissions.plans.plan_reading import read_plan
from commissions.plans.plan_rules import PayableWhen, Plan
from commissions.reckoning.known_partners import DatedTerms, Named, known_partners
from commissions.reckoning.reckoning_facts import Rules


class Signed(Protocol):
    """What the plan of a line is chosen by."""

    @property
    def plan(self) -> str | None: ...
    @property
    def partner_ref(self) -> str: ...
    @property
    def signed_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class PlanBook:
    """Versions of each plan name, highest first, the dated terms and the name of every organisation."""

    versions: Mapping[str, tuple[Rules, ...]]
    terms: Mapping[str, tuple[DatedTerms, ...]]
    names: Mapping[str, Named] = field(default_factory=dict)
    _chosen: dict[tuple[str | None, str, date], Rules | None] = field(default_factory=dict)

    def version_on(self, name: str, day: date) -> Rules | None:
        """Of the versions valid on a day, the highest."""
        return next((rules for rules in self.versions.get(name, ()) if rules.plan.is_valid_on(day)), None)

    def rules_for(self, line: Signed) -> Rules | None:
        """The line's own plan, or the most specific one for its partner, as valid when it was signed."""
        key = (line.plan, line.partner_ref, line.signed_on)
        if key not in self._chosen:
            self._chosen[key] = self._choose(line)
        return self._chosen[key]

    def _choose(self, line: Signed) -> Rules | None:
        if line.plan is not None:
            return self.version_on(line.plan, line.signed_on)
        candidates = (self.version_on(name, line.signed_on) for name in sorted(self.versions))
        fitting = [rules for rules in candidates if rules is not None and self._applies(rules.plan, line)]
        return max(fitting, key=lambda rules: rules.plan.specificity, default=None)

    @property
    def pools_lines(self) -> bool:
        """Whether tiers of any plan count the lines of a partner together."""
        return any(rules.plan.pools_lines for found in self.versions.values() for rules in found)

    def above(self, line: Line) -> dict[int, str]:
        """The partners above the line's, by level, where its plan pays them: as of the day it was signed.

        A partner that stands above itself has nobody above it from there on.
        """
        rules = self.rules_for(line)
        levels = frozenset[int]() if rules is None else rules.plan.override_levels
        if not levels:
            return {}
        found: dict[int, str] = {}
        partner, seen = line.partner_ref, {line.partner_ref}
        for level in range(1, max(levels) + 1):
            terms = self.terms_on(partner, line.signed_on)
            if terms is None or terms.parent_ref is None or terms.parent_ref in seen:
                break
            partner = found[level] = terms.parent_ref
            seen.add(partner)
        return {level: payee for level, payee in found.items() if level in levels}

    @property
    def waits_for_cash(self) -> bool:
        """Whether any plan pays only what was invoiced or collected."""
        plans = (rules.plan for found in self.versions.values() for rules in found)
        return any(plan.payable_when is not PayableWhen.DELIVERED for plan in plans)

    def changes_of(self, name: str) -> set[date]:
        """Days on which another version of the plan may begin to hold."""
        plans = [rules.plan for rules in self.versions.get(name, ())]
        return {day for plan in plans for day in (plan.valid_from, plan.valid_to) if day is not None}

    def _applies(self, plan: Plan, line: Signed) -> bool:
        terms = self.terms_on(line.partner_ref, line.signed_on)
        known = {
            "partner_ref": line.partner_ref,
            "type": terms.type if terms else None,
            "tier": terms.tier if terms else None,
            "region": terms.region if terms else None,
        }
        return all(known.get(key) == value for key, value in plan.applies_to.items())

    def terms_on(self, partner_ref: str, day: date) -> DatedTerms | None:
        dated = [terms for terms in self.terms.get(partner_ref, ()) if terms.valid_from <= day]
        return dated[-1] if dated else None


def plan_book(session: Session, *, known_through: int | None = None) -> PlanBook:
    """Every plan version and partner, read once, as known now or after an import."""
    query = select(PlanVersion).order_by(PlanVersion.name, PlanVersion.version.desc())
    if known_through is not None:
        query = query.where(PlanVersion.import_id <= known_through)
    versions: dict[str, list[Rules]] = {}
    for stored in session.scalars(query):
        versions.setdefault(stored.name, []).append(Rules(read_plan(stored.document), stored.version))
    return PlanBook(
        {name: tuple(rules) for name, rules in versions.items()}, *known_partners(session, known_through)
    )
