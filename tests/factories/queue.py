"""What the queue holds, done here and now."""

from __future__ import annotations

from portal import worker
from portal.services import Services


def work_off_queue(services: Services) -> None:
    """Run every task that was sent, in order, as the worker would."""
    services.queue._run = worker._runner(services)
    huey = services.queue._connected().huey
    while task := huey.dequeue():
        huey.execute(task)
