"""Records and migrations of trust and catalogue describe the same tables."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

import lingnan.casework.notice_records
import lingnan.casework.records
import lingnan.catalogue.inventory.records
import lingnan.catalogue.records
import lingnan.catalogue.registry.records
import lingnan.catalogue.resources.records
import lingnan.catalogue.search.records
import lingnan.catalogue.stars.records
import lingnan.collect.forms.records
import lingnan.collect.streams.records
import lingnan.insight.deliveries.records
import lingnan.insight.questions.records
import lingnan.packkit.modelling.records
import lingnan.registers.addresses.records
import lingnan.registers.decisions.records
import lingnan.registers.records
import lingnan.trust.disclosure.records
import lingnan.trust.identity.credential_records
import lingnan.trust.identity.records
import lingnan.trust.keys.records
import lingnan.trust.log.records
import lingnan.trust.policy.held_records
import lingnan.trust.policy.records
import lingnan.trust.signing.records
import lingnan.trust.watch.records  # noqa: F401  # all register their tables
from lingnan.catalogue import Catalogue
from lingnan.catalogue.records import ResourceWords
from lingnan.storage import Record, Storage
from tests.catalogue.conftest import FORMS

TABLES = [
    "intent_mark", "asking_account", "aggregate_question", "answered_support",
    "signing_key", "document_signature", "recognised_issuer", "code_lookup",
    "witnessed_checkpoint", "watch_mark", "account_hour", "account_seen", "token_client", "abnormal_access", "emergency_override",
    "organisation_unit", "account", "sign_in_link", "sign_in_session", "department", "business_system", "resource", "item", "observation",
    "latest_observation", "resource_words", "item_term",
    "resource_classification", "resource_relation", "resource_version", "resource_draft", "resource_review", "bulk_edit", "star_rating",
    "saved_search", "saved_question", "subscription", "subscription_delivery",
    "column_conformance", "registered_element", "standard_document", "standard_comment", "registered_code_list", "conformance_history",
    "department_duty", "system_database", "database_table", "database_column", "authoritative_source", "source_conflict",
    "account_identity", "account_password", "account_totp", "recovery_code", "pending_sign_in", "failed_sign_in", "set_up_code",
    "passkey", "ceremony", "provider_invitation", "api_token", "token_use", "token_spending", "agency_authority", "acting_session",
    "alert", "alert_audience", "alert_step", "alert_sighting", "alert_turn", "notice", "notice_preference", "mail_message", "outgoing_source",
    "webhook_endpoint", "webhook_delivery", "attachment",
    "policy_state", "policy_set", "negative_list_entry", "impact_assessment", "data_grant", "held_purpose",
    "flow_version", "case_file", "case_side", "case_entry", "case_deadline", "case_comment", "dispute",
    "register_snapshot", "link_decision", "address_finding", "review_import", "review_pair", "review_lease", "stream_status", "stream_window",
    "model_version", "model_fit",
    "form_entry", "form_word", "form_batch", "form_count",
]


@pytest.mark.sqlite  # in SQLite's words; tests/storage compares records and migrations on both
@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_migrated_as_its_record_says(storage: Storage, name: str) -> None:
    with storage.reading() as session:
        found = inspect(session.connection())
        columns = {column["name"]: (str(column["type"]), column["nullable"]) for column in found.get_columns(name)}
        indexed = {tuple(index["column_names"]) for index in found.get_indexes(name) if not index["unique"]}
        unique = {tuple(constraint["column_names"]) for constraint in found.get_unique_constraints(name)}
    table = Record.metadata.tables[name]
    assert columns == {column.name: (str(column.type.dialect_impl(_sqlite()).compile(_sqlite())), bool(column.nullable)) for column in table.columns}
    assert indexed == {tuple(column.name for column in index.columns) for index in table.indexes if not index.unique}
    assert unique == {tuple(column.name for column in item.columns) for item in table.constraints if item.__class__.__name__ == "UniqueConstraint"}


def _sqlite():  # type: ignore[no-untyped-def]
    from sqlalchemy.dialects import sqlite

    return sqlite.dialect()


@pytest.mark.on_both
def test_words_are_counted_on_the_way_up_as_when_they_are_written(catalogue: Catalogue, storage: Storage) -> None:
    from alembic import command

    from lingnan.storage.service import _alembic_config

    config = _alembic_config()
    with storage._engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0034_address_findings")
        command.upgrade(config, "0035_word_lengths")
    with storage.reading() as session:
        assert min(session.scalars(select(ResourceWords.length)).all()) > 10
    assert catalogue.check() == []
    catalogue.register({**FORMS[0], "zh": "常住人口"})
    assert catalogue.check() == []


@pytest.mark.sqlite
def test_migrations_go_back_to_nothing(storage: Storage, tmp_path: Path) -> None:
    from alembic import command

    from lingnan.storage.service import _alembic_config

    config = _alembic_config()
    with storage._engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002_jobs")
    with sqlite3.connect(tmp_path / "hub.db") as connection:
        left = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    assert not left & set(TABLES)
