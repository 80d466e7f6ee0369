"""Requests for content"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("searched_as", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "case_study",
                "one_pager",
                "deck",
                "rate_card",
                "media_kit",
                "video",
                "audio",
                "demo",
                "link",
                "template",
                "document",
                name="assetkind",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "planned", "done", "declined", name="requeststate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["assets.id"], name=op.f("fk_content_requests_answer_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_content_requests_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_content_requests_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_content_requests_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_requests")),
    )
    op.create_index(op.f("ix_content_requests_answer_id"), "content_requests", ["answer_id"], unique=False)
    op.create_index(
        op.f("ix_content_requests_organisation_id"), "content_requests", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_content_requests_searched_as"), "content_requests", ["searched_as"], unique=False
    )
    op.create_index(
        op.f("ix_content_requests_state_asked_at"), "content_requests", ["state", "asked_at"], unique=False
    )
