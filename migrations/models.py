"""All mapped tables: importing this module makes `metadata` whole."""

from __future__ import annotations

import importlib
import pkgutil

# imported for their tables
from portal.kernel import activity, idempotency, outbox  # noqa: F401
from portal.kernel.db import Base

FEATURES = ("partners", "content", "commissions", "search")


def _import_models() -> None:
    """Tables of features stand in `models.py` and `*_models.py` only; an architecture test holds that."""
    for feature in FEATURES:
        package = importlib.import_module(feature)
        for module in pkgutil.walk_packages(package.__path__, f"{feature}."):
            if module.name.endswith("models"):
                importlib.import_module(module.name)


_import_models()
metadata = Base.metadata
