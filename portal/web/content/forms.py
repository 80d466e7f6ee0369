"""The form of an asset: what was typed becomes a description, an asset what stands in the form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from content.assets import audiences
from content.assets.audiences import Rule
from content.assets.errors import OwnerGone, TitleMissing, UnknownPartner, UnknownWord, WrongAudience
from content.assets.languages import UnknownLanguage
from content.assets.models import Asset, AssetKind, AudienceDimension, AudienceRule, Term, Vocabulary
from content.assets.queries import audience_choices, terms
from content.editing.describing import STAGES, Description, possible_owners
from content.readers.collection_models import CollectionRule
from portal.kernel.errors import Refusal
from portal.web.content.day_fields import day_of, until_of
from portal.web.content.library_page import language_name
from portal.web.content_words import kind_names, moments_of_truth, stage_names, vocabulary_names
from portal.web.context import services

Values = MultiDict[str, str]
LANGUAGES = ("en", "de", "es", "fr", "it", "ja", "nl", "pl", "pt", "sv")


def description_of(values: Values, session: Session, zone: ZoneInfo) -> Description:
    """What was typed. Raises refusals that name the field's value."""
    return Description(
        title=values.get("title", ""),
        kind=_kind(values.get("kind", "")),
        audience=audience_of(values.getlist("audience")),
        summary=values.get("summary", ""),
        language=values.get("language", "en"),
        owner_id=owner_of(session, values.get("owner", "")),
        review_on=day_of(values.get("review_on", "")),
        expires_at=until_of(values, zone),
        verified_on=day_of(values.get("verified_on", "")),
        terms={vocabulary: _words(values, vocabulary) for vocabulary in Vocabulary},
        when_to_use=values.get("when_to_use", ""),
        talk_track=values.get("talk_track", ""),
        do_not_say=values.get("do_not_say", ""),
    )


def refused(refusal: Refusal | None) -> dict[str, Any]:
    """What a form says of a refusal: its sentence, and again beside the field that it is about."""
    sentence = refusal.sentence if refusal else None
    return {"sentence": sentence, "wrong": {field_of(refusal): sentence}}


def field_of(refusal: Refusal | None) -> str:
    """The field that a refusal is about, "" where it is about none."""
    fields: dict[type[Refusal], str] = {
        UnknownLanguage: "language",
        TitleMissing: "title",
        WrongAudience: "audience",
        UnknownPartner: "audience",
        OwnerGone: "owner",
        UnknownWord: Vocabulary.STAGE,
    }
    return fields.get(type(refusal), "") if refusal else ""


def values_of(asset: Asset, zone: ZoneInfo) -> Values:
    """What stands in the form of an asset that is there already."""
    values: Values = MultiDict(
        {
            "title": asset.title,
            "kind": str(asset.kind),
            "summary": asset.summary,
            "language": asset.language,
            "owner": str(asset.owner_id or ""),
            "review_on": asset.review_on.isoformat() if asset.review_on else "",
            "verified_on": asset.verified_on.isoformat() if asset.verified_on else "",
            "when_to_use": asset.when_to_use,
            "talk_track": asset.talk_track,
            "do_not_say": asset.do_not_say,
        }
    )
    if asset.expires_at:
        local = asset.expires_at.astimezone(zone)
        values["expires_on"] = (local - timedelta(microseconds=1)).date().isoformat()
        if local.time() != time():
            values["expires_time"] = local.strftime("%H:%M")
    for term in asset.terms:
        values.add(term.vocabulary, term.name)
    for rule in asset.audience:
        values.add("audience", str(Rule(rule.dimension, rule.value)))
    return values


def with_facts(values: Values, facts: Mapping[str, Any]) -> Values:
    """The form with these facts of an asset in place of those that it has."""
    found = values.copy()
    for name, value in facts.items():
        found.setlist(name, value.split(";") if name == "audience" else [value])
    return found


def _words_by_vocabulary(session: Session) -> dict[Vocabulary, list[Term]]:
    """By name; journey stages in their own order."""
    found = terms(session)
    found[Vocabulary.STAGE].sort(key=lambda term: STAGES.index(term.ref))
    return found


def choices(session: Session) -> Mapping[str, Any]:
    """What the form offers."""
    return {
        "kinds": kind_names(),
        "words_by": _words_by_vocabulary(session),
        "vocabularies": vocabulary_names(),
        "stages": {ref: f"{name} · {moments_of_truth()[ref][0]}" for ref, name in stage_names().items()},
        "languages": LANGUAGES,
        "language_name": language_name,
        "house_zone": services().settings.timezone,
        "owners": [(str(user.id), user.name) for user in possible_owners(session)],
        "audiences": audience_choices(session),
    }


def audience_sentence(audience: Sequence[AudienceRule] | Sequence[CollectionRule]) -> str:
    """Who may see it, in words: "Tier gold or silver, and region emea"."""
    return rules_in_words(Rule(row.dimension, row.value) for row in audience)


def rules_in_words(rules: Iterable[Rule]) -> str:
    """Rules of an audience in words."""
    listed = sorted(rules)
    if not listed:
        return str(_("Nobody yet"))
    if listed[0].dimension is AudienceDimension.ALL:
        return str(_("Every partner"))
    names = {
        AudienceDimension.TIER: _("tier"),
        AudienceDimension.TYPE: _("type"),
        AudienceDimension.REGION: _("region"),
        AudienceDimension.PARTNER: _("partner"),
        AudienceDimension.LANGUAGE: _("language"),
        AudienceDimension.CATEGORY: _("category"),
    }
    by_dimension: dict[AudienceDimension, list[str]] = {}
    for rule in listed:
        by_dimension.setdefault(rule.dimension, []).append(rule.value)
    parts = [f"{names[key]} {str(_(' or ')).join(values)}" for key, values in by_dimension.items()]
    sentence = str(_(", and ")).join(parts)
    return sentence[:1].upper() + sentence[1:]


def _kind(value: str) -> AssetKind:
    if value not in set(AssetKind):
        raise UnknownWord("kind of content", value, list(AssetKind))
    return AssetKind(value)


def audience_of(rules: list[str]) -> frozenset[Rule]:
    """The rules that were chosen; every partner leaves no room for others. Raises WrongAudience."""
    chosen = [rule for rule in rules if rule.strip()]
    return audiences.parsed("all" if "all" in chosen else ";".join(chosen))


def owner_of(session: Session, value: str) -> int | None:
    if not value:
        return None
    if value not in {str(user.id) for user in possible_owners(session)}:
        raise OwnerGone
    return int(value)


def _words(values: Values, vocabulary: Vocabulary) -> list[str]:
    typed = [word.strip() for text in values.getlist(vocabulary) for word in re.split(r"[;,]", text)]
    return [word for word in typed if word]
