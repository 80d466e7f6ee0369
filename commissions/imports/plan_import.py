"""Plans from JSON files: each other content is the next version of the plan's name."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.fact_models import OrderRevision
from commissions.facts.import_models import ImportKind
from commissions.facts.json_files import json_object
from commissions.imports.importing import ImportReport, ImportRequest, begin_import, end_import
from commissions.ledger.ledger_models import Posting
from commissions.plans.plan_amounts import refuse_finer_amounts
from commissions.plans.plan_models import PlanVersion
from commissions.plans.plan_reading import read_plan
from commissions.plans.plan_rivals import plan_rivals
from commissions.plans.plan_rules import Plan
from portal.kernel.errors import Refusal
from portal.kernel.json_fields import FieldRefused
from portal.kernel.money import exponent

LARGEST_PLAN = 1024 * 1024


class NotJson(Refusal):
    """The file holds no JSON object."""


def import_plan_file(
    session: Session, stream: BinaryIO, request: ImportRequest, report: ImportReport
) -> None:
    """Raises NotJson, or FieldRefused with the path of the field that makes no sense."""
    data = stream.read(LARGEST_PLAN + 1)
    document = _document(data)
    report.rows = 1
    sha256 = hashlib.sha256(data).hexdigest()
    started = begin_import(session, ImportKind.PLANS, request, sha256=sha256)
    version = adopt_plan(session, document, import_id=started.id, request=request)
    if version is None:
        session.rollback()
        report.unchanged, report.already_imported = 1, True
        return
    report.accepted, report.written = 1, True
    report.notes.append(f"{version.name} is now at version {version.version}.")
    report.notes.extend(_meetings(session, read_plan(document)))
    end_import(session, report, started)


def _meetings(session: Session, plan: Plan) -> Iterator[str]:
    for rival in plan_rivals(session, plan):
        has = rival.plan.name if rival.counts else plan.name
        yield f"Where {plan.name} and {rival.plan.name} both fit a partner, a line has {has}."


def plan_document(stream: BinaryIO) -> dict[str, object]:
    """What a plan's file says. Raises NotJson."""
    return _document(stream.read(LARGEST_PLAN + 1))


def _document(data: bytes) -> dict[str, object]:
    if len(data) > LARGEST_PLAN:
        raise NotJson("The file is larger than 1 MB, which no plan is.")
    document = json_object(data, NotJson, object_pairs_hook=_without_doubles)
    if document is None:
        raise NotJson("A plan is a JSON object.")
    return document


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise NotJson(f"The field “{twice}” stands twice in the same object.")
    return found


def adopt_plan(
    session: Session, document: dict[str, object], *, import_id: int, request: ImportRequest
) -> PlanVersion | None:
    """The plan's next version, or None when its latest one says the same. Raises FieldRefused."""
    plan = read_plan(document)
    number = next_version(session, plan, document)
    if number is None:
        return None
    version = PlanVersion(
        name=plan.name,
        version=number,
        currency=plan.currency,
        valid_from=plan.valid_from,
        valid_to=plan.valid_to,
        applies_to=dict(plan.applies_to),
        document=document,
        content_hash=_content_hash(document),
        import_id=import_id,
        recorded_at=request.at,
        recorded_by=request.by,
        approved_by=request.approved_by,
    )
    session.add(version)
    session.flush()
    return version


def next_version(session: Session, plan: Plan, document: Mapping[str, object]) -> int | None:
    """The number that the plan would get; None where its latest version says the same.

    Raises FieldRefused where another plan is for the same partners at the same time, or an amount is finer
    than the currency that it is paid in.
    """
    versions = list(session.scalars(select(PlanVersion).order_by(PlanVersion.name, PlanVersion.version)))
    own = [version for version in versions if version.name == plan.name]
    if own and own[-1].content_hash == _content_hash(document):
        return None
    refuse_finer(session, plan)
    _refuse_equal(plan, [version for version in versions if version.name != plan.name])
    return own[-1].version + 1 if own else 1


def refuse_finer(session: Session, plan: Plan) -> None:
    """Raises FieldRefused for an amount that a plan's currency cannot pay.

    Without a currency of its own: those in which lines earned by it, else the finest that any order has.
    """
    earned = select(Posting.currency).where(Posting.plan == plan.name).distinct()
    named = {plan.currency} if plan.currency else set(session.scalars(earned))
    if not named:
        ordered = session.scalars(select(OrderRevision.currency).distinct())
        named = set(sorted(ordered, key=exponent)[-1:])
    for currency in sorted(named):
        refuse_finer_amounts(plan, currency)


def _content_hash(document: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _refuse_equal(plan: Plan, others: list[PlanVersion]) -> None:
    """Two plans for the same partners at the same time would leave open which of them a line has."""
    by_name: dict[str, list[PlanVersion]] = {}
    for version in others:
        by_name.setdefault(version.name, []).append(version)
    for versions in by_name.values():
        for day in _changes(plan, versions):
            held = next((version for version in reversed(versions) if _is_valid_on(version, day)), None)
            if held is not None and held.applies_to == dict(plan.applies_to):
                said = f"The plan {held.name} applies to the same partners at the same time"
                raise FieldRefused("plan.applies_to", f"{said} (its version {held.version}).")


def _changes(plan: Plan, versions: list[PlanVersion]) -> list[date]:
    """The first day of the plan, and those of its days on which another of the versions may hold."""
    days = {day for version in versions for day in (version.valid_from, version.valid_to) if day is not None}
    return sorted(day for day in {plan.valid_from or date.min, *days} if plan.is_valid_on(day))


def _is_valid_on(version: PlanVersion, day: date) -> bool:
    return (version.valid_from or date.min) <= day and (version.valid_to is None or day < version.valid_to)
