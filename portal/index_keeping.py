"""Whatever changes content sends word to keep the index, once its transaction is committed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from content.assets.caption_models import VersionCaptions
from content.assets.models import Asset, AssetVersion, Page, Term
from portal.adapters.queue import KEEP_INDEX, TaskQueue

# what stands in an index; who may see it does not (content.assets.audiences says so at each search)
_INDEXED = (Asset, AssetVersion, Page, Term, VersionCaptions)
_CHANGED = "index_changed"


def keep_index_after_commits(sessions: sessionmaker[Session], queue: TaskQueue) -> None:
    """Send KEEP_INDEX after each commit of these sessions that touched what is indexed."""

    def flushed(session: Session, _context: Any) -> None:
        if any(isinstance(one, _INDEXED) for one in (*session.new, *session.dirty, *session.deleted)):
            session.info[_CHANGED] = True

    def executed(state: ORMExecuteState) -> None:
        is_write = state.is_insert or state.is_update or state.is_delete
        if is_write and any(mapper.class_ in _INDEXED for mapper in state.all_mappers):
            state.session.info[_CHANGED] = True

    def committed(session: Session) -> None:
        if session.info.pop(_CHANGED, False):
            queue.send(KEEP_INDEX)

    def rolled_back(session: Session) -> None:
        session.info.pop(_CHANGED, None)

    event.listen(sessions, "after_flush", flushed)
    event.listen(sessions, "do_orm_execute", executed)
    event.listen(sessions, "after_commit", committed)
    event.listen(sessions, "after_rollback", rolled_back)
