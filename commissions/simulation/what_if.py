"""What a partner would earn if more of a line were delivered: the engine on the facts and a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from commissions.explanations.explanation import explain
from commissions.explanations.telling import earned_sentence
from commissions.facts.fact_models import BillingSource, OrderRevision
from commissions.facts.lines import Line, lines_as_known
from commissions.facts.service_calendar import period_of
from commissions.orders.order_pages import visible_line_id
from commissions.reckoning.day_runs import Rating, joined
from commissions.reckoning.line_facts import Horizon, with_facts
from commissions.reckoning.line_sets import lines_of_partners
from commissions.reckoning.reckoning import Reckoned, reckon
from commissions.reckoning.reckoning_facts import LineFacts, Step
from portal.kernel.csv_cells import MOST_UNITS
from portal.kernel.errors import NotAllowed, NotFound, Refusal
from portal.kernel.identity import Identity, Permission
from portal.kernel.money import Money


class OutsideFlight(Refusal):
    def __init__(self, line: Line) -> None:
        last_day = date.fromordinal(line.end_day.toordinal() - 1)
        super().__init__(
            f"{line.line_ref} runs from {line.first_day.isoformat()} to {last_day.isoformat()}; "
            "only what airs on these days counts."
        )


class NotThatMany(Refusal):
    def __init__(self) -> None:
        super().__init__("More units are a whole number from 1 to 10^12.")


class PaysAsBooked(Refusal):
    def __init__(self, line: Line) -> None:
        super().__init__(f"{line.line_ref} bills what was booked: more deliveries change nothing.")


class NothingToWorkOut(Refusal):
    def __init__(self, line: Line) -> None:
        super().__init__(f"No plan pays for {line.line_ref} yet, so there is nothing to work out.")


class MakesGoodForOthers(Refusal):
    def __init__(self, line: Line) -> None:
        super().__init__(f"{line.line_ref} makes good a line that earns nothing for you, so neither does it.")


@dataclass(frozen=True, slots=True)
class WhatIf:
    """More units of a line by a day. `how_many` is at least 1."""

    line_ref: str
    how_many: int
    on: date


@dataclass(frozen=True, slots=True)
class WhatIfPart:
    """A component: earned so far, and what it would be; `sentences` tell the months that change."""

    component: str
    before: Money
    after: Money
    sentences: Sequence[str]

    @property
    def more(self) -> Money:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class WhatIfAnswer:
    """The asker's own commission on the line, before and after. `elsewhere` is what its other lines gain.

    `asked` is the line of the guess; where it makes good another one, that is the `line` that earns.
    `counted` of the guessed units are billable; the rest would be above the cap, or above the debt.
    """

    asked: Line
    line: Line
    counted: int
    parts: Sequence[WhatIfPart]
    elsewhere: Money

    @property
    def before(self) -> Money:
        return sum((part.before for part in self.parts), Money(0, self.line.currency))

    @property
    def after(self) -> Money:
        return sum((part.after for part in self.parts), Money(0, self.line.currency))


def what_if(session: Session, identity: Identity, guess: WhatIf, *, horizon: Horizon) -> WhatIfAnswer:
    """For the asker's own organisation only.

    Raises NotAllowed, NotFound (alike for another partner's line), OutsideFlight, NotThatMany,
    PaysAsBooked, MakesGoodForOthers, NothingToWorkOut.
    """
    if not (identity.is_partner and identity.may(Permission.STATEMENTS_READ)):
        raise NotAllowed
    if not 1 <= guess.how_many <= MOST_UNITS:
        raise NotThatMany
    asked = _line(session, identity, guess.line_ref)
    _check(asked, guess)
    earning = _line_that_earns(session, identity, asked)
    beside = _with_those_beside(session, earning, horizon)
    known = list(with_facts(session, beside, horizon))
    lines = [one.facts for one in known if one.facts is not None and one.is_countable]
    place = next((index for index, one in enumerate(lines) if one.line.line_id == earning.line_id), None)
    if place is None:
        raise NothingToWorkOut(earning)
    more = _more(lines[place], asked, guess, horizon)
    richer = [*lines[:place], _with_more(lines[place], more), *lines[place + 1 :]]
    return _answer(asked, reckon(lines), reckon(richer), place=place, payee=identity.organisation_ref)


def _line(session: Session, identity: Identity, ref: str) -> Line:
    line_id = visible_line_id(session, identity, ref)
    return lines_as_known(session, line_ids=[line_id])[line_id]


def _check(line: Line, guess: WhatIf) -> None:
    if line.billing_source is BillingSource.CONTRACTED:
        raise PaysAsBooked(line)
    if not line.runs_on(guess.on):
        raise OutsideFlight(line)


def _line_that_earns(session: Session, identity: Identity, asked: Line) -> Line:
    """A make-good line's units count on the line that it makes good."""
    if asked.makegood_for is None:
        return asked
    try:
        return _line(session, identity, asked.makegood_for)
    except NotFound:
        raise MakesGoodForOthers(asked) from None


def _with_those_beside(session: Session, line: Line, horizon: Horizon) -> dict[int, Line]:
    """The line, and where tiers count all lines of its partner together, those too."""
    rules = horizon.book.rules_for(line)
    if rules is None or not rules.plan.pools_lines:
        return {line.line_id: line}
    held = lines_of_partners(session, OrderRevision.partner_ref == line.partner_ref)
    ids = [line_id for _, line_id in held]
    return lines_as_known(session, line_ids=ids)


def _more(facts: LineFacts, asked: Line, guess: WhatIf, horizon: Horizon) -> Step:
    """The guessed units as a run of days."""
    line, house = facts.line, horizon.house
    rates = Rating(facts.rules, horizon.book, house).on(guess.on)
    step = Step(period_of(guess.on, house.calendar), guess.how_many, line.terms_on(guess.on), rates)
    return step if asked.line_id == line.line_id else step._replace(units=0, made_good=guess.how_many)


def _with_more(facts: LineFacts, more: Step) -> LineFacts:
    """With the guess in its run of days, or as one of its own before those that begin later."""
    steps = list(facts.steps)
    for place, step in enumerate(steps):
        if (step.period, step.stretch, step.rates) == (more.period, more.stretch, more.rates):
            return facts._replace(steps=(*steps[:place], joined(step, more), *steps[place + 1 :]))
    earlier = [step for step in steps if _begins(step) <= _begins(more)]
    later = [step for step in steps if _begins(step) > _begins(more)]
    return facts._replace(steps=(*earlier, more, *later))


def _begins(step: Step) -> tuple[str, date, date]:
    return step.period, step.stretch.valid_from or date.min, step.rates.plan.valid_from or date.min


def _answer(
    asked: Line, before: Sequence[Reckoned], after: Sequence[Reckoned], *, place: int, payee: str
) -> WhatIfAnswer:
    line = before[place].facts.line
    elsewhere = sum(
        _earned(now, payee) - _earned(was, payee)
        for index, (was, now) in enumerate(zip(before, after, strict=True))
        if index != place
    )
    return WhatIfAnswer(
        asked=asked,
        line=line,
        counted=_billable(after[place]) - _billable(before[place]),
        parts=_parts(before[place], after[place], payee),
        elsewhere=Money(elsewhere, line.currency),
    )


def _billable(one: Reckoned) -> int:
    return one.worth[-1].after.units if one.worth else 0


def _earned(one: Reckoned, payee: str) -> int:
    return sum(target.amount for target in one.targets if target.payee == payee)


def _parts(before: Reckoned, after: Reckoned, payee: str) -> list[WhatIfPart]:
    was = {
        (target.component.name, target.value.period): target.amount
        for target in before.targets
        if target.payee == payee
    }
    names = dict.fromkeys(target.component.name for target in after.targets if target.payee == payee)
    currency = after.facts.line.currency
    parts = []
    for name in names:
        mine = [one for one in after.targets if one.payee == payee and one.component.name == name]
        changed = [one for one in mine if one.amount != was.get((name, one.value.period), 0)]
        parts.append(
            WhatIfPart(
                component=name,
                before=Money(sum(minor for key, minor in was.items() if key[0] == name), currency),
                after=Money(sum(one.amount for one in mine), currency),
                sentences=[earned_sentence(explain(one, after.facts), one.amount) for one in changed],
            )
        )
    return parts
