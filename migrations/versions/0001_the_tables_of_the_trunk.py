"""The tables of the trunk"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accrual_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_through", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accrual_runs")),
        info={"append_only": True},
    )
    op.create_table(
        "activities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verb", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=64), nullable=False),
        sa.Column("subject_ref", sa.String(), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_activities_subject_kind_subject_ref"),
        "activities",
        ["subject_kind", "subject_ref"],
        unique=False,
    )
    op.create_table(
        "attempt_counts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_counts")),
        sa.UniqueConstraint("subject", "window_at", name=op.f("uq_attempt_counts_subject_window_at")),
    )
    op.create_table(
        "delivery_rows",
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column(
            "source_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "revision",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proof_ref", sa.String(length=64), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint(
            "line_id", "service_date", "source_id", "revision", name=op.f("pk_delivery_rows")
        ),
        info={"append_only": True},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery_sources",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_delivery_sources_name")),
        info={"append_only": True},
    )
    op.create_table(
        "first_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_answers")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_first_answers_user_id_key")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "partners",
                "orders",
                "deliveries",
                "invoices",
                "payments",
                "plans",
                "judged_again",
                name="importkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_imports_kind_sha256"), "imports", ["kind", "sha256"], unique=False)
    op.create_table(
        "indexed_assets",
        sa.Column(
            "asset_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_indexed_assets")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column(
            "account",
            sa.Enum(
                "1000",
                "1300",
                "2300",
                "2310",
                "2320",
                "2330",
                "2400",
                "5100",
                name="account",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("line_ref", sa.String(length=64), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("debit_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credit_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "accrued",
                "gates_met",
                "receivable_arisen",
                "receivable_recovered",
                name="event",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_ledger_entries_entry"), "ledger_entries", ["entry"], unique=False)
    op.create_index(
        op.f("ix_ledger_entries_partner_ref_currency_account_period"),
        "ledger_entries",
        ["partner_ref", "currency", "account", "period"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ledger_entries_period_account"), "ledger_entries", ["period", "account"], unique=False
    )
    op.create_table(
        "line_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_ref", sa.String(length=64), nullable=False),
        sa.Column("order_ref", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_items")),
        sa.UniqueConstraint("line_ref", name=op.f("uq_line_items_line_ref")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_line_items_order_ref"), "line_items", ["order_ref"], unique=False)
    op.create_table(
        "line_standings",
        sa.Column(
            "line_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("line_ref", sa.String(length=64), nullable=False),
        sa.Column("order_ref", sa.String(length=64), nullable=False),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("first_period", sa.String(length=7), nullable=True),
        sa.Column("problem", sa.String(length=64), nullable=True),
        sa.Column("booked", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("allowed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("billable", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("own_units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("third_party_units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("second_source", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_line_standings")),
    )
    op.create_index(op.f("ix_line_standings_order_ref"), "line_standings", ["order_ref"], unique=False)
    op.create_index(op.f("ix_line_standings_problem"), "line_standings", ["problem"], unique=False)
    op.create_table(
        "organisations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("brand", "partner", name="organisationkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("ref", name=op.f("uq_organisations_ref")),
    )
    op.create_table(
        "payable_moves",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("payee_ref", sa.String(length=64), nullable=False),
        sa.Column("service_period", sa.String(length=7), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("released_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payable_moves")),
        sa.UniqueConstraint("entry", name=op.f("uq_payable_moves_entry")),
        sa.UniqueConstraint(
            "period",
            "line_id",
            "component",
            "payee_ref",
            "service_period",
            name=op.f("uq_payable_moves_period_line_id_component_payee_ref_service_period"),
        ),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_payable_moves_line_id"), "payable_moves", ["line_id"], unique=False)
    op.create_table(
        "periods",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=7), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "in_review", "closed", name="periodstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("review_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("review_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("known_through", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("manifest", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("manifest_hash", sa.String(length=64), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periods")),
        sa.UniqueConstraint("ref", name=op.f("uq_periods_ref")),
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_ref", sa.String(length=64), nullable=False),
        sa.Column("order_ref", sa.String(length=64), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("payee_ref", sa.String(length=64), nullable=False),
        sa.Column("service_period", sa.String(length=7), nullable=False),
        sa.Column("posting_period", sa.String(length=7), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("plan_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("earned", "prior_period", "clawback", name="postingkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_before", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units_before", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units_after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("exact", sa.String(), nullable=False),
        sa.Column("explanation", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
        sa.UniqueConstraint("entry", name=op.f("uq_postings_entry")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_postings_line_id"), "postings", ["line_id"], unique=False)
    op.create_index(
        op.f("ix_postings_payee_ref_posting_period"),
        "postings",
        ["payee_ref", "posting_period"],
        unique=False,
    )
    op.create_index(
        op.f("ix_postings_posting_period_payee_ref_currency"),
        "postings",
        ["posting_period", "payee_ref", "currency"],
        unique=False,
    )
    op.create_table(
        "search_documents",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("vector", postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_search_documents")),
    )
    op.create_index(op.f("ix_search_documents_group_id"), "search_documents", ["group_id"], unique=False)
    op.create_index(
        op.f("ix_search_documents_vector"),
        "search_documents",
        ["vector"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "search_state",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("generation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
    )
    op.create_table(
        "search_words",
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "word", name=op.f("pk_search_words")),
    )
    op.create_index(op.f("ix_search_words_word"), "search_words", ["word"], unique=False)
    op.create_table(
        "statements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("partner_name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opening", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("earned", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prior_period", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clawback", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("adjustments", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holdback_withheld", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holdback_released", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payouts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closing", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("holdback_balance", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payable", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letterhead", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint("number", name=op.f("uq_statements_number")),
        sa.UniqueConstraint(
            "partner_ref", "currency", "period", name=op.f("uq_statements_partner_ref_currency_period")
        ),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_statements_period"), "statements", ["period"], unique=False)
    op.create_table(
        "terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "vocabulary",
            sa.Enum(
                "persona", "stage", "industry", "product", name="vocabulary", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("vocabulary", "ref", name=op.f("uq_terms_vocabulary_ref")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_accounts_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_accounts_organisation_id_name")),
        sa.UniqueConstraint("ref", name=op.f("uq_accounts_ref")),
    )
    op.create_table(
        "fruitless_searches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_fruitless_searches_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fruitless_searches")),
    )
    op.create_index(op.f("ix_fruitless_searches_at"), "fruitless_searches", ["at"], unique=False)
    op.create_index(
        op.f("ix_fruitless_searches_organisation_id"), "fruitless_searches", ["organisation_id"], unique=False
    )
    op.create_table(
        "import_outcomes",
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("accepted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unchanged", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("superseded", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quarantined", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bad", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_outcomes_import_id")),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_outcomes")),
        info={"append_only": True},
    )
    op.create_table(
        "invoices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_ref", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("invoice", "credit_note", name="invoicekind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("credits_invoice", sa.String(length=64), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_invoices_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("invoice_ref", name=op.f("uq_invoices_invoice_ref")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_invoices_credits_invoice"), "invoices", ["credits_invoice"], unique=False)
    op.create_table(
        "line_revisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agency_percent", sa.String(), nullable=False),
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("daypart", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column(
            "pricing",
            sa.Enum("cpm", "per_spot", "flat", name="pricing", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("rate", sa.String(), nullable=False),
        sa.Column("booked_units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "cap",
            sa.Enum("none", "cumulative", "per_cycle", name="cap", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("cap_tolerance_percent", sa.String(), nullable=False),
        sa.Column(
            "billing_source",
            sa.Enum(
                "own",
                "third_party",
                "manual",
                "contracted",
                name="billingsource",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("plan", sa.String(length=64), nullable=True),
        sa.Column("makegood_for", sa.String(length=64), nullable=True),
        sa.Column(
            "status",
            sa.Enum("signed", "cancelled", name="linestatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_line_revisions_import_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line_items.id"], name=op.f("fk_line_revisions_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_revisions")),
        sa.UniqueConstraint("line_id", "revision", name=op.f("uq_line_revisions_line_id_revision")),
        info={"append_only": True},
    )
    op.create_table(
        "order_revisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_ref", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("partner_ref", sa.String(length=64), nullable=False),
        sa.Column("advertiser", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_order_revisions_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_revisions")),
        sa.UniqueConstraint("order_ref", "revision", name=op.f("uq_order_revisions_order_ref_revision")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_order_revisions_partner_ref"), "order_revisions", ["partner_ref"], unique=False)
    op.create_table(
        "partner_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(length=64), nullable=True),
        sa.Column("region", sa.String(length=64), nullable=True),
        sa.Column("parent_ref", sa.String(length=64), nullable=True),
        sa.Column("minimum_payout", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_partner_terms_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_terms")),
        sa.UniqueConstraint(
            "organisation_id", "valid_from", name=op.f("uq_partner_terms_organisation_id_valid_from")
        ),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_ref", sa.String(length=64), nullable=False),
        sa.Column("invoice_ref", sa.String(length=64), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_payments_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("payment_ref", "invoice_ref", name=op.f("uq_payments_payment_ref_invoice_ref")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_payments_invoice_ref"), "payments", ["invoice_ref"], unique=False)
    op.create_table(
        "plan_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("applies_to", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_plan_versions_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_versions")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_plan_versions_name_version")),
        info={"append_only": True},
    )
    op.create_table(
        "quarantined_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "partners",
                "orders",
                "deliveries",
                "invoices",
                "payments",
                "plans",
                "judged_again",
                name="importkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("cells", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("line_ref", sa.String(length=64), nullable=True),
        sa.Column("service_date", sa.Date(), nullable=True),
        sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column(
            "decision",
            sa.Enum("accepted", "dismissed", name="decision", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_quarantined_rows_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_rows")),
        sa.UniqueConstraint("kind", "content_hash", name=op.f("uq_quarantined_rows_kind_content_hash")),
    )
    op.create_index(
        op.f("ix_quarantined_rows_decided_at_kind"), "quarantined_rows", ["decided_at", "kind"], unique=False
    )
    op.create_index(op.f("ix_quarantined_rows_import_id"), "quarantined_rows", ["import_id"], unique=False)
    op.create_index(op.f("ix_quarantined_rows_line_ref"), "quarantined_rows", ["line_ref"], unique=False)
    op.create_table(
        "statement_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "earned",
                "prior_period",
                "clawback",
                "adjustment",
                "holdback",
                "holdback_release",
                "released",
                name="statementlinekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("order_ref", sa.String(length=64), nullable=False),
        sa.Column("line_ref", sa.String(length=64), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("advertiser", sa.String(), nullable=False),
        sa.Column("station", sa.String(), nullable=False),
        sa.Column("daypart", sa.String(), nullable=True),
        sa.Column("service_month", sa.String(length=7), nullable=False),
        sa.Column("component", sa.String(length=64), nullable=False),
        sa.Column("units_before", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("units_after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("booked_units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("rate", sa.String(), nullable=False),
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("amount_before", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("amount_after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("corrects", sa.String(length=80), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("posting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_statement_lines_posting_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_statement_lines_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_lines")),
        sa.UniqueConstraint(
            "statement_id", "position", name=op.f("uq_statement_lines_statement_id_position")
        ),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_statement_lines_line_ref"), "statement_lines", ["line_ref"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "partner",
                "partner_admin",
                "brand",
                "finance",
                "finance_approver",
                "admin",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("locale", sa.String(length=64), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_users_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index(op.f("ix_users_organisation_id"), "users", ["organisation_id"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_keys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
    op.create_index(op.f("ix_api_keys_user_id"), "api_keys", ["user_id"], unique=False)
    op.create_table(
        "assets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
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
            nullable=False,
        ),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "approved",
                "published",
                "retired",
                name="assetstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("when_to_use", sa.String(), nullable=False),
        sa.Column("talk_track", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_assets_created_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_assets_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("ref", name=op.f("uq_assets_ref")),
    )
    op.create_index(op.f("ix_assets_current_version_id"), "assets", ["current_version_id"], unique=False)
    op.create_index(op.f("ix_assets_kind"), "assets", ["kind"], unique=False)
    op.create_index(op.f("ix_assets_owner_id"), "assets", ["owner_id"], unique=False)
    op.create_index(op.f("ix_assets_published_at"), "assets", ["published_at"], unique=False)
    op.create_index(op.f("ix_assets_state_expires_at"), "assets", ["state", "expires_at"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contacts_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_account_id"), "contacts", ["account_id"], unique=False)
    op.create_table(
        "interactions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "call",
                "meeting",
                "mail",
                "chat",
                "store_visit",
                "content_shown",
                "complaint",
                name="interactionkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "touchpoint",
            sa.Enum(
                "phone",
                "email",
                "meeting",
                "store",
                "event",
                "social",
                "website",
                name="touchpoint",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "explore",
                "evaluate",
                "engage",
                "experience",
                name="journeystage",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("people", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_interactions_account_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_interactions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interactions")),
    )
    op.create_index(op.f("ix_interactions_account_id_at"), "interactions", ["account_id", "at"], unique=False)
    op.create_table(
        "invoice_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("net_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tax_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "commission_effect",
            sa.Enum("reduce", "none", "settles", name="commissioneffect", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("service_month", sa.Date(), nullable=True),
        sa.Column("month_key", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_invoice_lines_import_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fk_invoice_lines_invoice_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line_items.id"], name=op.f("fk_invoice_lines_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_lines")),
        sa.UniqueConstraint(
            "invoice_id", "line_id", "month_key", name=op.f("uq_invoice_lines_invoice_id_line_id_month_key")
        ),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_invoice_lines_line_id"), "invoice_lines", ["line_id"], unique=False)
    op.create_table(
        "login_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_login_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_sessions_token_hash")),
    )
    op.create_index(op.f("ix_login_sessions_user_id"), "login_sessions", ["user_id"], unique=False)
    op.create_table(
        "split_shares",
        sa.Column("line_revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payee_ref", sa.String(length=64), nullable=False),
        sa.Column("weight", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_revision_id"], ["line_revisions.id"], name=op.f("fk_split_shares_line_revision_id")
        ),
        sa.PrimaryKeyConstraint("line_revision_id", "payee_ref", name=op.f("pk_split_shares")),
        info={"append_only": True},
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("invitation", "reset", name="ticketpurpose", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tickets_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tickets_token_hash")),
    )
    op.create_index(op.f("ix_tickets_user_id"), "tickets", ["user_id"], unique=False)
    op.create_table(
        "usage_viewers",
        sa.Column("viewer_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_usage_viewers_user_id")),
        sa.PrimaryKeyConstraint("viewer_id", name=op.f("pk_usage_viewers")),
        sa.UniqueConstraint("user_id", name=op.f("uq_usage_viewers_user_id")),
    )
    op.create_table(
        "asset_terms",
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("term_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_asset_terms_asset_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_asset_terms_term_id")),
        sa.PrimaryKeyConstraint("asset_id", "term_id", name=op.f("pk_asset_terms")),
    )
    op.create_index(op.f("ix_asset_terms_term_id"), "asset_terms", ["term_id"], unique=False)
    op.create_table(
        "asset_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "pdf",
                "powerpoint",
                "word",
                "excel",
                "image",
                "video",
                "audio",
                "demo",
                "text",
                "markdown",
                "link",
                "other",
                name="fileformat",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("blob_sha256", sa.String(length=64), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "processing",
            sa.Enum(
                "pending", "processing", "ready", "failed", name="processing", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("duration_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cover_sha256", sa.String(length=64), nullable=True),
        sa.Column("what_changed", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "blob_sha256 IS NULL OR url IS NULL", name=op.f("ck_asset_versions_file_or_address")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_asset_versions_asset_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_asset_versions_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_versions")),
        sa.UniqueConstraint("asset_id", "number", name=op.f("uq_asset_versions_asset_id_number")),
    )
    op.create_index(op.f("ix_asset_versions_blob_sha256"), "asset_versions", ["blob_sha256"], unique=False)
    op.create_index(op.f("ix_asset_versions_cover_sha256"), "asset_versions", ["cover_sha256"], unique=False)
    op.create_index(
        op.f("ix_asset_versions_processing_lease_until"),
        "asset_versions",
        ["processing", "lease_until"],
        unique=False,
    )
    op.create_table(
        "audience_rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "dimension",
            sa.Enum(
                "all",
                "tier",
                "type",
                "region",
                "partner",
                "language",
                name="audiencedimension",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_audience_rules_asset_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience_rules")),
        sa.UniqueConstraint(
            "asset_id", "dimension", "value", name=op.f("uq_audience_rules_asset_id_dimension_value")
        ),
    )
    op.create_table(
        "shown_content",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("interaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_ref", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name=op.f("fk_shown_content_interaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_content")),
    )
    op.create_index(
        op.f("ix_shown_content_interaction_id"), "shown_content", ["interaction_id"], unique=False
    )
    op.create_table(
        "downloads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewer_id", sa.String(length=64), nullable=False),
        sa.Column(
            "viewer_class",
            sa.Enum("partner", "buyer", "brand", name="viewerclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("downloaded_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_downloads_asset_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_downloads_organisation_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["asset_versions.id"], name=op.f("fk_downloads_version_id")),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["usage_viewers.viewer_id"], name=op.f("fk_downloads_viewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_downloads")),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_downloads_asset_id_downloaded_at"), "downloads", ["asset_id", "downloaded_at"], unique=False
    )
    op.create_index(op.f("ix_downloads_organisation_id"), "downloads", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_downloads_version_id"), "downloads", ["version_id"], unique=False)
    op.create_index(op.f("ix_downloads_viewer_id"), "downloads", ["viewer_id"], unique=False)
    op.create_table(
        "pages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("image_sha256", sa.String(length=64), nullable=True),
        sa.Column("thumbnail_sha256", sa.String(length=64), nullable=True),
        sa.Column("width", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("height", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["asset_versions.id"], name=op.f("fk_pages_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_pages_version_id_number")),
    )
    op.create_index(op.f("ix_pages_image_sha256"), "pages", ["image_sha256"], unique=False)
    op.create_index(op.f("ix_pages_thumbnail_sha256"), "pages", ["thumbnail_sha256"], unique=False)
    op.create_table(
        "usage_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "viewer_class",
            sa.Enum("partner", "buyer", "brand", name="viewerclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("views", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finished", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("not_counted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("downloads", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_usage_days_asset_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_usage_days_organisation_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["asset_versions.id"], name=op.f("fk_usage_days_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_days")),
        sa.UniqueConstraint(
            "asset_id",
            "day",
            "version_id",
            "organisation_id",
            "viewer_class",
            name=op.f("uq_usage_days_asset_id_day_version_id_organisation_id_viewer_class"),
        ),
    )
    op.create_index(op.f("ix_usage_days_day"), "usage_days", ["day"], unique=False)
    op.create_index(op.f("ix_usage_days_organisation_id"), "usage_days", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_usage_days_version_id"), "usage_days", ["version_id"], unique=False)
    op.create_table(
        "usage_page_times",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "viewer_class",
            sa.Enum("partner", "buyer", "brand", name="viewerclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("page", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bucket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("views", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_usage_page_times_asset_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_usage_page_times_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_usage_page_times_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_page_times")),
        sa.UniqueConstraint(
            "asset_id",
            "day",
            "version_id",
            "organisation_id",
            "viewer_class",
            "page",
            "bucket",
            name=op.f("uq_usage_page_times_asset_id_day_version_id_organisation_id_viewer_class_page_bucket"),
        ),
    )
    op.create_index(
        op.f("ix_usage_page_times_organisation_id"), "usage_page_times", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_usage_page_times_version_id"), "usage_page_times", ["version_id"], unique=False)
    op.create_table(
        "usage_times",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "viewer_class",
            sa.Enum("partner", "buyer", "brand", name="viewerclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("bucket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("views", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_usage_times_asset_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_usage_times_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_usage_times_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_times")),
        sa.UniqueConstraint(
            "asset_id",
            "day",
            "version_id",
            "organisation_id",
            "viewer_class",
            "bucket",
            name=op.f("uq_usage_times_asset_id_day_version_id_organisation_id_viewer_class_bucket"),
        ),
    )
    op.create_index(op.f("ix_usage_times_day"), "usage_times", ["day"], unique=False)
    op.create_index(op.f("ix_usage_times_organisation_id"), "usage_times", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_usage_times_version_id"), "usage_times", ["version_id"], unique=False)
    op.create_table(
        "usage_viewer_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "viewer_class",
            sa.Enum("partner", "buyer", "brand", name="viewerclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("viewer_id", sa.String(length=64), nullable=False),
        sa.Column("views", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_usage_viewer_days_asset_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_usage_viewer_days_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_usage_viewer_days_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["usage_viewers.viewer_id"], name=op.f("fk_usage_viewer_days_viewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_viewer_days")),
        sa.UniqueConstraint(
            "asset_id",
            "day",
            "version_id",
            "organisation_id",
            "viewer_class",
            "viewer_id",
            name=op.f("uq_usage_viewer_days_asset_id_day_version_id_organisation_id_viewer_class_viewer_id"),
        ),
    )
    op.create_index(op.f("ix_usage_viewer_days_day"), "usage_viewer_days", ["day"], unique=False)
    op.create_index(
        op.f("ix_usage_viewer_days_organisation_id"), "usage_viewer_days", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_usage_viewer_days_version_id"), "usage_viewer_days", ["version_id"], unique=False
    )
    op.create_index(op.f("ix_usage_viewer_days_viewer_id"), "usage_viewer_days", ["viewer_id"], unique=False)
    op.create_table(
        "view_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("view_id", sa.String(length=64), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewer_id", sa.String(length=64), nullable=False),
        sa.Column(
            "viewer_class",
            sa.Enum("partner", "buyer", "brand", name="viewerclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("last_beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_human", sa.Boolean(), nullable=False),
        sa.Column("raw_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read_pages", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bucket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_view_events_asset_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_view_events_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["asset_versions.id"], name=op.f("fk_view_events_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["usage_viewers.viewer_id"], name=op.f("fk_view_events_viewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_events")),
        sa.UniqueConstraint("view_id", name=op.f("uq_view_events_view_id")),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_view_events_asset_id_opened_at"), "view_events", ["asset_id", "opened_at"], unique=False
    )
    op.create_index(
        op.f("ix_view_events_organisation_id_opened_at"),
        "view_events",
        ["organisation_id", "opened_at"],
        unique=False,
    )
    op.create_index(op.f("ix_view_events_version_id"), "view_events", ["version_id"], unique=False)
    op.create_index(op.f("ix_view_events_viewer_id"), "view_events", ["viewer_id"], unique=False)
    op.create_table(
        "views",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("viewer_id", sa.String(length=64), nullable=False),
        sa.Column(
            "viewer_class",
            sa.Enum("partner", "buyer", "brand", name="viewerclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("last_beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_human", sa.Boolean(), nullable=False),
        sa.Column("seqs", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("total_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("read_pages", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bucket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_views_asset_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_views_organisation_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["asset_versions.id"], name=op.f("fk_views_version_id")),
        sa.ForeignKeyConstraint(["viewer_id"], ["usage_viewers.viewer_id"], name=op.f("fk_views_viewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_views")),
    )
    op.create_index(op.f("ix_views_asset_id_opened_on"), "views", ["asset_id", "opened_on"], unique=False)
    op.create_index(op.f("ix_views_last_beat_at"), "views", ["last_beat_at"], unique=False)
    op.create_index(op.f("ix_views_organisation_id"), "views", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_views_version_id"), "views", ["version_id"], unique=False)
    op.create_index(op.f("ix_views_viewer_id"), "views", ["viewer_id"], unique=False)
    op.create_table(
        "view_event_pages",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("raw_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counted_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "cap", sa.Enum("wall_time", "page_limit", name="cap", native_enum=False, length=32), nullable=True
        ),
        sa.Column("bucket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["view_events.id"], name=op.f("fk_view_event_pages_event_id")),
        sa.PrimaryKeyConstraint("event_id", "page", name=op.f("pk_view_event_pages")),
        info={"append_only": True},
    )
    op.create_table(
        "view_pages",
        sa.Column("view_id", sa.String(length=64), nullable=False),
        sa.Column("tab", sa.String(length=64), nullable=False),
        sa.Column("page", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("raw_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counted_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "cap", sa.Enum("wall_time", "page_limit", name="cap", native_enum=False, length=32), nullable=True
        ),
        sa.ForeignKeyConstraint(["view_id"], ["views.id"], name=op.f("fk_view_pages_view_id")),
        sa.PrimaryKeyConstraint("view_id", "tab", "page", name=op.f("pk_view_pages")),
    )
