"""The whole commission engine"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holdbacks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=True),
        sa.Column("plan_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("percent", sa.String(length=64), nullable=True),
        sa.Column("moved_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("adjustment_ref", sa.String(length=64), nullable=True),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holdbacks")),
        sa.UniqueConstraint("adjustment_ref", name=op.f("uq_holdbacks_adjustment_ref")),
        sa.UniqueConstraint("entry", name=op.f("uq_holdbacks_entry")),
        sa.UniqueConstraint(
            "period",
            "partner_ref",
            "currency",
            "plan",
            "plan_version",
            name=op.f("uq_holdbacks_period_partner_ref_currency_plan_plan_version"),
        ),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_holdbacks_partner_ref_currency"), "holdbacks", ["partner_ref", "currency"], unique=False
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_ref", sa.String(length=64), nullable=False),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("entry", name=op.f("uq_holds_entry")),
        sa.UniqueConstraint("hold_ref", name=op.f("uq_holds_hold_ref")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_holds_partner_ref_currency"), "holds", ["partner_ref", "currency"], unique=False)
    op.create_table(
        "payees",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cools_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "approved",
                "declined",
                "withdrawn",
                name="payeestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payees")),
    )
    op.create_index(op.f("ix_payees_partner_ref_state"), "payees", ["partner_ref", "state"], unique=False)
    op.create_table(
        "payout_batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("pay_on", sa.Date(), nullable=False),
        sa.Column("debtor", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batches")),
        sa.UniqueConstraint("period", "pay_on", name=op.f("uq_payout_batches_period_pay_on")),
        sa.UniqueConstraint("ref", name=op.f("uq_payout_batches_ref")),
        info={"append_only": True},
    )
    op.create_table(
        "adjustments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("adjustment_ref", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "adjustment",
                "opening",
                "hold_upheld",
                "write_off",
                "repayment",
                name="adjustmentkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "account",
            sa.Enum(
                "payable",
                "accrued",
                "holdback",
                "held",
                "receivable",
                name="adjustedaccount",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_adjustments_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustments")),
        sa.UniqueConstraint("adjustment_ref", name=op.f("uq_adjustments_adjustment_ref")),
        sa.UniqueConstraint("entry", name=op.f("uq_adjustments_entry")),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_adjustments_partner_ref_currency"), "adjustments", ["partner_ref", "currency"], unique=False
    )
    op.create_index(op.f("ix_adjustments_period"), "adjustments", ["period"], unique=False)
    op.create_table(
        "debt_write_offs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("written_off_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_debt_write_offs_import_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line_items.id"], name=op.f("fk_debt_write_offs_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debt_write_offs")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_debt_write_offs_line_id"), "debt_write_offs", ["line_id"], unique=False)
    op.create_table(
        "disallowed_units",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column(
            "revision",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_disallowed_units_import_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line_items.id"], name=op.f("fk_disallowed_units_line_id")),
        sa.PrimaryKeyConstraint("line_id", "service_date", "revision", name=op.f("pk_disallowed_units")),
        info={"append_only": True},
    )
    op.create_table(
        "hold_ends",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "ending",
            sa.Enum("lifted", "upheld", name="holdending", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["hold_id"], ["holds.id"], name=op.f("fk_hold_ends_hold_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_ends")),
        sa.UniqueConstraint("entry", name=op.f("uq_hold_ends_entry")),
        sa.UniqueConstraint("hold_id", name=op.f("uq_hold_ends_hold_id")),
        info={"append_only": True},
    )
    op.create_table(
        "holdback_releases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holdback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "why",
            sa.Enum("due", "receivable", name="releasereason", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["holdback_id"], ["holdbacks.id"], name=op.f("fk_holdback_releases_holdback_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holdback_releases")),
        sa.UniqueConstraint("entry", name=op.f("uq_holdback_releases_entry")),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_holdback_releases_holdback_id"), "holdback_releases", ["holdback_id"], unique=False
    )
    op.create_index(op.f("ix_holdback_releases_period"), "holdback_releases", ["period"], unique=False)
    op.create_table(
        "payouts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payout_ref", sa.String(length=35), nullable=False),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement", sa.String(length=80), nullable=False),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("partner_name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batches.id"], name=op.f("fk_payouts_batch_id")),
        sa.ForeignKeyConstraint(["payee_id"], ["payees.id"], name=op.f("fk_payouts_payee_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("fk_payouts_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("payout_ref", name=op.f("uq_payouts_payout_ref")),
        sa.UniqueConstraint("statement_id", name=op.f("uq_payouts_statement_id")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_payouts_batch_id"), "payouts", ["batch_id"], unique=False)
    op.create_index(
        op.f("ix_payouts_partner_ref_currency"), "payouts", ["partner_ref", "currency"], unique=False
    )
    op.create_table(
        "statement_prints",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_statement_prints_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_prints")),
        sa.UniqueConstraint("statement_id", name=op.f("uq_statement_prints_statement_id")),
        info={"append_only": True},
    )
    op.create_table(
        "disputes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dispute_ref", sa.String(length=64), nullable=False),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line_ref", sa.String(length=64), nullable=True),
        sa.Column("service_month", sa.String(length=7), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("expected_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "in_review",
                "accepted",
                "partly",
                "rejected",
                "withdrawn",
                name="disputestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adjustment_ref", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["opened_by"], ["users.id"], name=op.f("fk_disputes_opened_by")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_disputes_owner_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("fk_disputes_statement_id")),
        sa.ForeignKeyConstraint(
            ["statement_line_id"], ["statement_lines.id"], name=op.f("fk_disputes_statement_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("dispute_ref", name=op.f("uq_disputes_dispute_ref")),
    )
    op.create_index(op.f("ix_disputes_partner_ref_state"), "disputes", ["partner_ref", "state"], unique=False)
    op.create_index(op.f("ix_disputes_state_due_on"), "disputes", ["state", "due_on"], unique=False)
    op.create_index(op.f("ix_disputes_statement_line_id"), "disputes", ["statement_line_id"], unique=False)
    op.create_table(
        "line_exceptions",
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_line_exceptions_owner_id")),
        sa.PrimaryKeyConstraint("item", "line_id", name=op.f("pk_line_exceptions")),
    )
    op.create_index(op.f("ix_line_exceptions_since"), "line_exceptions", ["since"], unique=False)
    op.create_table(
        "payout_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payout_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "status",
            sa.Enum("sent", "confirmed", "returned", name="payoutstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_payout_events_import_id")),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_payout_events_payout_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_events")),
        sa.UniqueConstraint("entry", name=op.f("uq_payout_events_entry")),
        sa.UniqueConstraint("payout_id", "status", name=op.f("uq_payout_events_payout_id_status")),
        info={"append_only": True},
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "plan",
                "adjustment",
                "disallowed",
                "manual_count",
                "credit_notes",
                "write_off",
                "hold",
                "payout",
                "payee",
                "dispute_outcome",
                name="proposalkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "approved",
                "rejected",
                "withdrawn",
                name="proposalstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_proposals_author_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_proposals_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_state_kind"), "proposals", ["state", "kind"], unique=False)
    op.create_table(
        "statement_notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_statement_notices_statement_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_statement_notices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_notices")),
        sa.UniqueConstraint(
            "statement_id", "user_id", name=op.f("uq_statement_notices_statement_id_user_id")
        ),
    )
    op.create_index(op.f("ix_statement_notices_sent_at"), "statement_notices", ["sent_at"], unique=False)
    op.create_table(
        "dispute_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dispute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_partner", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=True),
        sa.Column("file_size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_dispute_messages_author_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_messages_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_messages")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_dispute_messages_dispute_id"), "dispute_messages", ["dispute_id"], unique=False)
    op.add_column("accrual_runs", sa.Column("ground", sa.String(length=64), nullable=True))
    op.add_column("imports", sa.Column("approved_by", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_line_revisions_makegood_for"), "line_revisions", ["makegood_for"], unique=False)
    op.add_column(
        "line_standings",
        sa.Column("net_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    )
    op.add_column(
        "line_standings",
        sa.Column(
            "disallowed",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
    )
    op.add_column(
        "line_standings",
        sa.Column(
            "credited_reduce",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
    )
    op.add_column(
        "line_standings",
        sa.Column(
            "credited_other",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
    )
    op.add_column(
        "line_standings",
        sa.Column(
            "made_good",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
    )
    op.add_column(
        "line_standings",
        sa.Column(
            "written_off",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
    )
    op.add_column(
        "line_standings",
        sa.Column(
            "cancelled",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
    )
    op.add_column(
        "line_standings",
        sa.Column(
            "debt", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="0", nullable=False
        ),
    )
    op.add_column(
        "line_standings",
        sa.Column(
            "outside",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
    )
    op.add_column("organisations", sa.Column("logo_sha256", sa.String(length=64), nullable=True))
    op.add_column(
        "quarantined_rows",
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    )
