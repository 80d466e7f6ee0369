"""What the queue holds: done here and now, or forgotten."""

from __future__ import annotations

from portal import worker
from portal.adapters.queue import Lane
from portal.services import Services


def work_off_queue(services: Services) -> None:
    """Run every task that was sent, those of a lane in order, as the worker would."""
    services.queue._run = worker._runner(services)
    lanes = [services.queue._connected(lane).huey for lane in Lane]
    while taken := next(((huey, task) for huey in lanes if (task := huey.dequeue())), None):
        huey, task = taken
        huey.execute(task)


def forget_queue(services: Services) -> None:
    for lane in Lane:
        services.queue._connected(lane).huey.storage.flush_queue()
