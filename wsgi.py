"""Settings, services, application. Nothing else."""

from __future__ import annotations

import sys

from portal.kernel.collector import collector_waits, spare_the_collector

# what a start loads stays: looking through it time and again took a fifth of the start
with collector_waits():
    from config import WrongSettings, settings_from
    from portal.app import create_app
    from portal.services import build_services

    try:
        settings = settings_from()
    except WrongSettings as wrong:
        # a person reads this at start: sentences, no stack trace
        sys.stderr.write(f"{wrong}\n")
        sys.exit(1)

    app = create_app(settings, build_services(settings))

spare_the_collector()
