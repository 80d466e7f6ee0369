"""Plans tried on past months by the worker: one that was asked for, and those that a lost queue dropped."""

from __future__ import annotations

from commissions.proposals.simulations import (
    has_untidy_simulations,
    lost_simulations,
    run_simulation,
    tidy_simulations,
)
from portal.adapters.queue import TRY_PLAN
from portal.house import house_rules
from portal.kernel.db import reading, transaction
from portal.services import Services


def try_plan(services: Services, simulation_id: int) -> None:
    house = house_rules(services.settings)
    run_simulation(services.sessions, simulation_id, house=house, clock=services.clock)


def find_lost_trials(services: Services) -> None:
    at = services.clock()
    with reading(services.sessions) as session:
        lost, untidy = lost_simulations(session, at=at), has_untidy_simulations(session, at=at)
    if untidy:
        with transaction(services.sessions) as session:
            tidy_simulations(session, at=at)
    if lost and not services.queue.waiting():
        for simulation_id in lost:
            services.queue.send(TRY_PLAN, simulation_id=simulation_id)
