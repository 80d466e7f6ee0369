"""Must-reads and mails about content"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task_slots",
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task", "slot", name=op.f("pk_task_slots")),
    )
    op.create_table(
        "content_mails",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_content_mails_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_mails")),
        sa.UniqueConstraint("task", "slot", "user_id", name=op.f("uq_content_mails_task_slot_user_id")),
    )
    op.create_index(op.f("ix_content_mails_wanted_at"), "content_mails", ["wanted_at"], unique=False)
    op.create_table(
        "must_reads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asks_again", sa.Boolean(), nullable=False),
        sa.Column("asked_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_must_reads_asked_by_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_must_reads_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_must_reads")),
        sa.UniqueConstraint("asset_id", name=op.f("uq_must_reads_asset_id")),
    )
    op.create_table(
        "acknowledgements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("must_read_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["must_read_id"], ["must_reads.id"], name=op.f("fk_acknowledgements_must_read_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_acknowledgements_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_acknowledgements_user_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_acknowledgements_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgements")),
        sa.UniqueConstraint(
            "must_read_id",
            "user_id",
            "version_id",
            name=op.f("uq_acknowledgements_must_read_id_user_id_version_id"),
        ),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_acknowledgements_organisation_id"), "acknowledgements", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_acknowledgements_user_id"), "acknowledgements", ["user_id"], unique=False)
    op.create_index(op.f("ix_acknowledgements_version_id"), "acknowledgements", ["version_id"], unique=False)
