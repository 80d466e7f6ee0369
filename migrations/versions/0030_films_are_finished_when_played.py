"""Films are finished when played

Days counted a view of a film or a sound as finished after two seconds, as a page is read. It is finished when
nine tenths of it were played. For that its length has to be known: films and sounds without one are read once more.
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        UPDATE usage_days SET finished = (
            SELECT count(*) FROM view_events
            JOIN played_views ON played_views.view_id = view_events.view_id
            JOIN asset_versions ON asset_versions.id = view_events.version_id
            WHERE view_events.is_human
              AND 100 * played_views.unique_ms >= 90 * asset_versions.duration_ms
              AND view_events.asset_id = usage_days.asset_id
              AND view_events.version_id = usage_days.version_id
              AND view_events.opened_on = usage_days.day
              AND view_events.organisation_id = usage_days.organisation_id
              AND view_events.viewer_class = usage_days.viewer_class
        )
        WHERE version_id IN (SELECT id FROM asset_versions WHERE format IN ('audio', 'video'))
        """
    )
    op.execute(
        "UPDATE asset_versions SET processing = 'pending', tries = 0, lease_until = NULL "
        "WHERE format IN ('audio', 'video') AND duration_ms IS NULL AND processing = 'ready'"
    )
