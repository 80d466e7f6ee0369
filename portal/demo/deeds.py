"""What happens in the demo's months, each at its moment: files that arrive, and what people do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from commissions.facts.house_rules import HouseRules
from portal.demo.almanac import Almanac
from portal.kernel.identity import Identity
from portal.services import Services


@dataclass(frozen=True, slots=True)
class Deed:
    """Done at `at`, or at the moment of loading where that comes first."""

    at: datetime
    act: Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Office:
    """Where the demo's people work: their services, days and names."""

    services: Services
    on: Almanac
    house: HouseRules
    people: Mapping[str, Identity]


# a thing that a person does within one transaction
Doing = Callable[[Session, datetime], object]
