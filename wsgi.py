"""Settings, services, application. Nothing else."""

from __future__ import annotations

import sys

from config import WrongSettings, settings_from
from portal.app import create_app
from portal.kernel.collector import spare_the_collector
from portal.services import build_services

try:
    settings = settings_from()
except WrongSettings as wrong:
    # a person reads this at start: sentences, no stack trace
    sys.stderr.write(f"{wrong}\n")
    sys.exit(1)

app = create_app(settings, build_services(settings))
spare_the_collector()
