"""What the library's page shows: addresses, names of choices, and cards in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from babel import Locale, UnknownLocaleError
from flask import url_for
from flask_babel import gettext as _

from content.assets.models import AssetKind
from content.finding.facets import Facet
from content.finding.finding import Findings, FindQuery, FoundAsset, Sort
from content.finding.proofs import Signal
from content.finding.shelves import Freshness
from portal.web.content.blueprint import blueprint
from portal.web.content.hit_words import signal_names
from portal.web.content_words import kind_names, stage_names

Option = tuple[str, str, int]

ICONS = {
    AssetKind.DECK: "presentation",
    AssetKind.RATE_CARD: "table",
    AssetKind.VIDEO: "player-play",
    AssetKind.AUDIO: "headphones",
    AssetKind.DEMO: "device-desktop",
    AssetKind.LINK: "link",
}


@dataclass(frozen=True)
class LibraryPage:
    """`found` is None where a search is named and not made. What a page asks for often is worked out once."""

    query: FindQuery
    found: Findings | None
    as_list: bool
    step: int
    most: int

    @property
    def best(self) -> FoundAsset | None:
        """The hit that opens the results: the best match, when it matched on a page."""
        if self.found is None or self.as_list or not self.found.items or not self.query.has_words:
            return None
        first = self.found.items[0]
        return first if first.pages and self.query.sort is Sort.BEST else None

    @property
    def cards(self) -> tuple[FoundAsset, ...]:
        items = self.found.items if self.found else ()
        return items[1:] if self.best else items

    @cached_property
    def kinds(self) -> dict[str, str]:
        return kind_names()

    @property
    def words(self) -> str:
        """What was searched for, to be quoted: a phrase without the quotes that it has."""
        bare = self.query.text.strip('"“”„')
        return self.query.text if not bare or any(mark in bare for mark in '"“”„') else bare

    @cached_property
    def facets(self) -> list[tuple[Facet, str, list[Option], tuple[str, ...]]]:
        """(name in the address, legend, options, chosen) for each facet that has options."""
        if self.found is None:
            return []
        shown = []
        for facet, legend in _legends().items():
            options = [
                (counted.value, self._label(facet, counted.value, counted.label), counted.count)
                for counted in self.found.facets[facet]
            ]
            if options:
                shown.append((facet, legend, options, getattr(self.query, facet.value)))
        return shown

    @cached_property
    def chips(self) -> list[tuple[str, str]]:
        """The choices made: (name, the address without it)."""
        names = {(facet, value): label for facet, _, options, _ in self.facets for value, label, _ in options}
        return [
            (
                names.get((facet, value), self._label(facet, value, value)),
                self.address(**{facet.value: tuple(other for other in values if other != value)}),
            )
            for facet, values in self.query.choices.items()
            for value in values
        ]

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """The signals that do not count: (name, the address in which it does)."""
        names = signal_names()
        return [
            (names[signal], self.address(without=tuple(other for other in self.without if other != signal)))
            for signal in self.without
        ]

    @property
    def without(self) -> tuple[Signal, ...]:
        return tuple(signal for signal in Signal if signal not in self.query.signals)

    def leaving_out(self, signal: str) -> str:
        return self.address(without=(*self.without, signal))

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """(value, name, whether it is chosen); what is usual has no value, so that it is not sent along."""
        usual = (Sort.BEST, _("Best match")) if self.query.has_words else (Sort.NEWEST, _("Newest"))
        others = [(Sort.NEWEST, _("Newest")), (Sort.VERIFIED, _("Last verified")), (Sort.TITLE, _("Title"))]
        listed = [("", usual[1])] + [(sort.value, name) for sort, name in others if sort is not usual[0]]
        return [(value, name, value == self.query.sort) for value, name in listed]

    @property
    def more(self) -> str:
        """The address that shows more; "" when all are shown or no more may be."""
        if self.found is None or len(self.found.items) >= min(self.found.total, self.most):
            return ""
        return self.address(shown=min(self.query.limit + self.step, self.most))

    def address(self, **changes: object) -> str:
        """The page's address with changes; the number of assets shown starts anew."""
        values: dict[str, object] = {
            "q": self.query.text or None,
            **{facet.value: values or None for facet, values in self.query.choices.items()},
            "saved": 1 if self.query.saved else None,
            "without": self.without or None,
            "sort": self.query.sort if self.query.sort is not Sort.BEST else None,
            "layout": "list" if self.as_list else None,
        }
        return url_for("content.library", **(values | changes))  # type: ignore[arg-type]

    def without_choices(self) -> str:
        return self.address(**dict.fromkeys(self.query.choices))

    def _label(self, facet: Facet, value: str, label: str) -> str:
        if facet is Facet.LANGUAGE:
            return language_name(value)
        if facet is Facet.KIND:
            return self.kinds.get(value, value)
        if facet is Facet.STAGE:
            return self._stages.get(value, label)
        return self._freshness.get(value, label)

    @cached_property
    def _stages(self) -> dict[str, str]:
        return stage_names()

    @cached_property
    def _freshness(self) -> dict[str, str]:
        return _freshness_names()


def _legends() -> dict[Facet, str]:
    return {
        Facet.KIND: _("Kind"),
        Facet.STAGE: _("Journey stage"),
        Facet.INDUSTRY: _("Industry"),
        Facet.PERSONA: _("Persona"),
        Facet.PRODUCT: _("Product"),
        Facet.LANGUAGE: _("Language"),
        Facet.FRESHNESS: _("Freshness"),
    }


def _freshness_names() -> dict[str, str]:
    return {
        Freshness.IN_30_DAYS: _("Verified in 30 days"),
        Freshness.IN_90_DAYS: _("In 90 days"),
        Freshness.REVIEW_DUE: _("Review due"),
    }


@blueprint.app_template_filter()
def language_name(code: str) -> str:
    """A language in its own words: Español."""
    try:
        name = Locale.parse(code, sep="-").get_display_name() or code
    except (ValueError, UnknownLocaleError):
        return code
    return name[:1].upper() + name[1:]
