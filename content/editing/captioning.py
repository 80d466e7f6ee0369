"""Captions of a version: attached and taken away; of what is published after a second person agreed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from content.assets.caption_models import VersionCaptions
from content.assets.errors import CaptionsUnreadable
from content.assets.models import PLAYED_FORMATS, Asset, AssetVersion
from content.assets.proposal_models import ChangeOf, ProposedCaptions, ProposedChange
from content.editing.approval_errors import ChangedMeanwhile
from content.editing.captions import CaptionFile, cues_of
from content.editing.proposing import Wish, join_authors, must_wait, propose
from content.editing.publishing import written_by
from portal.kernel import activity
from portal.kernel.identity import Identity


def attach_captions(
    session: Session, version: AssetVersion, file: CaptionFile, *, at: datetime, by: Identity
) -> VersionCaptions:
    """Captions of a version that the guard has granted, in place of those in that language.

    Raises CaptionsUnreadable.
    """
    captions = _read(version, file, at=at, by=by)
    _put(session, captions)
    _written(session, version, ("attached", file.language), at=at, by=by)
    return captions


def remove_captions(
    session: Session, version: AssetVersion, language: str, *, at: datetime, by: Identity
) -> None:
    _take_away(session, version.id, language)
    _written(session, version, ("removed", language), at=at, by=by)


def attach_for_approval(
    session: Session, version: AssetVersion, file: CaptionFile, *, at: datetime, by: Identity
) -> ProposedChange | None:
    """`attach_captions` where a second person is wanted; of what partners have already, the change waits.

    Raises CaptionsUnreadable.
    """
    if not must_wait(version.asset, version):
        join_authors(session, version, by)
        attach_captions(session, version, file, at=at, by=by)
        return None
    captions = _read(version, file, at=at, by=by)
    wish = _wish(session, version, file.language, captions)
    change = propose(session, version.asset, wish, at=at, by=by)
    if change is not None:
        session.merge(ProposedCaptions(change_id=change.id, cues=captions.cues, text=captions.text))
    return change


def remove_for_approval(
    session: Session, version: AssetVersion, language: str, *, at: datetime, by: Identity
) -> ProposedChange | None:
    if not must_wait(version.asset, version):
        join_authors(session, version, by)
        remove_captions(session, version, language, at=at, by=by)
        return None
    return propose(session, version.asset, _wish(session, version, language, None), at=at, by=by)


def take_captions(session: Session, _asset: Asset, change: ProposedChange, *, at: datetime) -> None:
    """What an approved change does. Raises ChangedMeanwhile."""
    version = session.get_one(AssetVersion, change.version_id)
    if change.before != {"captions": _facts(captions_in(session, version, change.language))}:
        raise ChangedMeanwhile
    proposed = session.get(ProposedCaptions, change.id)
    if proposed is None:
        _take_away(session, version.id, change.language)
        return
    captions = VersionCaptions(
        version_id=version.id,
        language=change.language,
        cues=proposed.cues,
        text=proposed.text,
        added_at=at,
        added_by_id=change.proposed_by_id,
    )
    _put(session, captions)


def captions_of(session: Session, version: AssetVersion) -> Sequence[VersionCaptions]:
    """By language; the first is shown first."""
    wanted = select(VersionCaptions).where(VersionCaptions.version_id == version.id)
    return session.scalars(wanted.order_by(VersionCaptions.language)).all()


def captions_in(session: Session, version: AssetVersion, language: str) -> VersionCaptions | None:
    return session.scalar(
        select(VersionCaptions).where(
            VersionCaptions.version_id == version.id, VersionCaptions.language == language
        )
    )


def _read(version: AssetVersion, file: CaptionFile, *, at: datetime, by: Identity) -> VersionCaptions:
    if version.format not in PLAYED_FORMATS:
        raise CaptionsUnreadable("only a film or a sound has captions")
    cues = cues_of(file.data)
    return VersionCaptions(
        version_id=version.id,
        language=file.language,
        cues=[list(cue) for cue in cues],
        text="\n".join(words for _, _, words in cues),
        added_at=at,
        added_by_id=by.user_id,
    )


def _put(session: Session, captions: VersionCaptions) -> None:
    _take_away(session, captions.version_id, captions.language)
    session.add(captions)
    session.flush()


def _take_away(session: Session, version_id: int, language: str) -> None:
    session.execute(
        delete(VersionCaptions).where(
            VersionCaptions.version_id == version_id, VersionCaptions.language == language
        )
    )


def _written(
    session: Session, version: AssetVersion, what: tuple[str, str], *, at: datetime, by: Identity
) -> None:
    """`what` is a verb and a language."""
    # the index reads the asset anew
    written_by(version.asset, at=at, by=by)
    verb, language = what
    facts = {"version": version.number, "language": language}
    activity.record(session, f"captions.{verb}", ("asset", version.asset.ref), at=at, by=by, **facts)


def _wish(session: Session, version: AssetVersion, language: str, wished: VersionCaptions | None) -> Wish:
    there = captions_in(session, version, language)
    before, after = _facts(there), _facts(wished)
    if there is not None and wished is not None and after is not None and before != after:
        # for the queue: twelve lines instead of twelve lines says nothing
        said = {json.dumps(cue) for cue in there.cues}
        after["other_lines"] = sum(json.dumps(cue) not in said for cue in wished.cues)
    return Wish(ChangeOf.CAPTIONS, {"captions": before}, {"captions": after}, version.id, language)


def _facts(captions: VersionCaptions | None) -> dict[str, Any] | None:
    """To be shown, and to be compared."""
    if captions is None:
        return None
    said = hashlib.sha256(json.dumps(captions.cues).encode()).hexdigest()
    return {"language": captions.language, "lines": len(captions.cues), "sha256": said}
