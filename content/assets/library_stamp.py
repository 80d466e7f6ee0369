"""A number that every change of what the library shows replaces, by triggers on both databases.

What was read of the library holds as long as the number is the same, until the next expiry. SQLite has one
writer, and takes a random number at once. PostgreSQL has many: it is set when they commit, or they would
wait for each other. Neither number comes again after a transaction was taken back.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, inspect, select, text
from sqlalchemy.orm import Session

from content.assets.caption_models import VersionCaptions
from content.assets.models import Asset, AssetState, AssetVersion, AudienceRule
from content.assets.stamp_models import LibraryStamp

# by table the columns that say who sees an asset, and on which shelf it stands; none: all of them
SHOWING: dict[str, tuple[str, ...]] = {
    Asset.__tablename__: (
        "kind",
        "language",
        "state",
        "review_on",
        "expires_at",
        "verified_on",
        "hidden_at",
        "current_version_id",
    ),
    AssetVersion.__tablename__: ("asset_id", "processing"),
    AudienceRule.__tablename__: (),
    VersionCaptions.__tablename__: ("version_id", "language"),
}

_NEXT_EXPIRY = (
    select(func.min(Asset.expires_at))
    .where(Asset.state == AssetState.PUBLISHED, Asset.expires_at > bindparam("at"))
    .scalar_subquery()
)
_STAMP = select(LibraryStamp.stamp, _NEXT_EXPIRY)
# a transaction that wrote sees what it changed before the number tells
_STAMP_WITHOUT_OWN_CHANGES = _STAMP.where(func.txid_current_if_assigned().is_(None))
_RENEWED = "UPDATE library_stamps SET stamp = random()"
_CHANGED = """
CREATE OR REPLACE FUNCTION makegood_library_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE library_stamps SET stamp = txid_current() WHERE stamp <> txid_current();
  RETURN NULL;
END $$
"""


# the number, the next expiry and the day: as long as they are the same, nobody sees anything else
Stamp = tuple[int, datetime | None, date]


def library_stamp(session: Session, *, at: datetime) -> Stamp | None:
    """That of an instant; None where it cannot be told, in a transaction that changed something itself."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    asked = _STAMP_WITHOUT_OWN_CHANGES if is_postgresql else _STAMP
    found = session.execute(asked, {"at": at}).one_or_none()
    return (found[0], found[1], at.date()) if found else None


def put_back_stamping(connection: Connection) -> None:
    """Create the triggers; a batch migration drops them silently."""
    if not inspect(connection).has_table(LibraryStamp.__tablename__):
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text(_CHANGED))
    for table, columns in SHOWING.items():
        updated = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
        if connection.dialect.name == "postgresql":
            _on_postgresql(connection, table, updated)
        else:
            _on_sqlite(connection, table, updated)


def _on_postgresql(connection: Connection, table: str, updated: str) -> None:
    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_stamp ON {table}"))
    connection.execute(
        text(
            f"CREATE CONSTRAINT TRIGGER {table}_stamp AFTER INSERT OR DELETE OR {updated} ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION makegood_library_changed()"
        )
    )


def _on_sqlite(connection: Connection, table: str, updated: str) -> None:
    for verb in ("INSERT", "DELETE", updated):
        name = f"{table}_stamp_{verb.split()[0].lower()}"
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text(f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {_RENEWED}; END"))
