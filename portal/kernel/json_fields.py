"""Strict reading of JSON objects: every field is asked for by name, and a refusal names its path."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from portal.kernel.errors import Refusal

REF = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]+)?")
_TOO_LONG = re.compile(r"-?[0-9]{16,}(?:\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FieldRefused(Refusal):
    """A field of a JSON document cannot be taken; `path` says which, "plan.components[0].percent"."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass
class Fields:
    """An object being read. `leave` refuses what nobody asked for."""

    values: Mapping[str, object]
    path: str
    _asked: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, value: object, path: str) -> Fields:
        if not isinstance(value, Mapping):
            raise FieldRefused(path, "It has to be an object.")
        return cls(value, path)

    def at(self, name: str) -> str:
        """The path of a field; that of a field of the document itself is its name."""
        return f"{self.path}.{name}" if self.path else name

    def refuse(self, name: str, message: str) -> FieldRefused:
        return FieldRefused(self.at(name), message)

    def get(self, name: str) -> object:
        """The value as it stands, None where it is absent or null."""
        self._asked.add(name)
        return self.values.get(name)

    def has(self, name: str) -> bool:
        return self.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        value = self.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(name, "It has to be a text." if value is not None else "It is required.")
        return value

    def ref(self, name: str) -> str:
        value = self.text(name)
        if not REF.fullmatch(value):
            raise self.refuse(
                name, "It can hold letters, digits, dot, underscore and hyphen, 1 to 64 of them."
            )
        return value

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise self.refuse(name, f"“{value}” is not one of {', '.join(choices)}.")
        return value

    def whole(self, name: str, default: int | None = None, *, least: int = 0, most: int = 36_600) -> int:
        value = self.get(name)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(name, f"It has to be a whole number from {least} to {most}.")
        if not least <= value <= most:
            raise self.refuse(name, f"It has to be a whole number from {least} to {most}.")
        return value

    def day(self, name: str) -> date | None:
        value = self.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise self.refuse(name, "It has to be a day such as 2026-03-31.")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.refuse(name, f"{value} is not a day of the calendar.") from None

    def decimal(self, name: str, *, decimals: int, default: Fraction | None = None) -> Fraction:
        """Decimal text as an exact number with at most `decimals` places; negative ones too."""
        value = self.get(name)
        if value is None and default is not None:
            return default
        if value is None:
            raise self.refuse(name, "It is required.")
        if not isinstance(value, str):
            raise self.refuse(name, 'It has to be a decimal number as text, such as "12.5".')
        if _TOO_LONG.fullmatch(value):
            raise self.refuse(name, "It is too large.")
        if not _DECIMAL.fullmatch(value):
            raise self.refuse(name, "It has to be a decimal number with a point, such as 12.5.")
        if len(value.partition(".")[2].rstrip("0")) > decimals:
            raise self.refuse(name, f"It has more than {decimals} decimals.")
        return Fraction(Decimal(value))

    def objects(self, name: str) -> list[Fields]:
        value = self.get(name)
        if not isinstance(value, list):
            raise self.refuse(name, "It has to be a list." if value is not None else "It is required.")
        return [Fields.of(item, f"{self.at(name)}[{index}]") for index, item in enumerate(value)]

    def leave(self) -> None:
        """Refuse fields that nobody asked for."""
        for name in self.values:
            if name not in self._asked:
                raise self.refuse(str(name), "There is no such field.")
