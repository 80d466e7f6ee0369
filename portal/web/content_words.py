"""Words of the library as people read them: kinds, journey stages and vocabularies."""

from __future__ import annotations

from flask_babel import gettext as _

from content.assets.models import AssetKind, AssetState, Vocabulary
from content.requests.request_models import RequestState


def kind_names() -> dict[str, str]:
    return {
        AssetKind.CASE_STUDY: _("Case study"),
        AssetKind.ONE_PAGER: _("One-pager"),
        AssetKind.DECK: _("Deck"),
        AssetKind.RATE_CARD: _("Rate card"),
        AssetKind.MEDIA_KIT: _("Media kit"),
        AssetKind.VIDEO: _("Video"),
        AssetKind.AUDIO: _("Audio"),
        AssetKind.DEMO: _("Demo"),
        AssetKind.LINK: _("Link"),
        AssetKind.TEMPLATE: _("Template"),
        AssetKind.DOCUMENT: _("Document"),
    }


def vocabulary_names() -> dict[str, str]:
    return {
        Vocabulary.PERSONA: _("Persona"),
        Vocabulary.STAGE: _("Journey stage"),
        Vocabulary.INDUSTRY: _("Industry"),
        Vocabulary.PRODUCT: _("Product"),
    }


def stage_names() -> dict[str, str]:
    return {
        "explore": _("Explore"),
        "evaluate": _("Evaluate"),
        "engage": _("Engage"),
        "experience": _("Experience"),
    }


def request_state_names() -> dict[str, str]:
    return {
        RequestState.OPEN: _("Open"),
        RequestState.PLANNED: _("Planned"),
        RequestState.DONE: _("Answered"),
        RequestState.DECLINED: _("Declined"),
    }


def state_names() -> dict[str, str]:
    return {
        AssetState.DRAFT: _("Draft"),
        AssetState.IN_REVIEW: _("In review"),
        AssetState.APPROVED: _("Approved"),
        AssetState.PUBLISHED: _("Published"),
        AssetState.RETIRED: _("Retired"),
    }


def moments_of_truth() -> dict[str, tuple[str, str]]:
    """What stands beside each journey stage: the short name, and what it is in words."""
    return {
        "explore": ("ZMOT", _("zero moment of truth: they look for it")),
        "evaluate": ("FMOT", _("first moment of truth: they compare and choose")),
        "engage": ("SMOT", _("second moment of truth: they buy and use it")),
        "experience": ("UMOT", _("ultimate moment of truth: they tell others")),
    }
