"""Both languages say everything, and templates hold no words of their own."""

import re
from pathlib import Path

import pytest

from lingnan.web.words import FOLDER, words

TEMPLATES = sorted((FOLDER.parent / "templates").glob("*.html"))
SPOKEN = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
READ_ALOUD = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"]*)"')


def test_both_languages_have_the_same_keys() -> None:
    assert set(words("zh")) == set(words("en"))


def test_facts_are_the_same_in_both() -> None:
    for key, text in words("zh").items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", words("en")[key])), key


def test_chinese_is_chinese() -> None:
    same = {key for key in words("zh") if words("zh")[key] == words("en")[key]}
    assert same == {"session.command", "build.zero"}


def bare_words(text: str) -> list[str]:
    text = re.sub(r"{% block body_class %}.*?{% endblock %}", " ", text)
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", " ", text, flags=re.S)
    spoken = [found for label in READ_ALOUD.findall(text) for found in SPOKEN.findall(label)]
    text = re.sub(r"<[^>]*>", " ", text.replace("<!doctype html>", ""), flags=re.S)
    return spoken + SPOKEN.findall(text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_words_outside_the_keys(template: Path) -> None:
    assert bare_words(template.read_text("utf-8")) == []


def test_the_test_sees_words() -> None:
    assert bare_words("<p>部门</p>") == ["部门"]
    assert bare_words('<a title="Departments">{{ t("x") }}</a>') == ["Departments"]


def test_no_key_without_a_place() -> None:
    text = " ".join(path.read_text("utf-8") for path in [*TEMPLATES, *FOLDER.parent.rglob("*.py")])
    composed = ("questions.chart_", "questions.own", "questions.theirs",
                "boards.refresh.", "boards.audience.", "boards.state.", "boards.light.", "boards.figure_",
                "campaign.", "entry.", "filling.", "forms.told_", "purchase.", "purchase_state.", "reuse.",
                "models.better_",
                "pack_stage.", "pack_refresh.", "pack_origin.",
                "class.", "share.", "open.", "origin.", "severity.", "dimension.", "cycle.", "unit.", "build_state.", "step_state.", "lineage.",
                "use_kind.", "register.hint.", "menu.", "provider_kind.", "factor.", "profile_done.", "assurance.", "subject_kind.",
                "agency_state.", "identity_kind.", "token_state.", "quota.", "account_act.", "account_hint.", "account_done.", "unit_level.",
                "quarantine.column.", "error.", "nav.", "session.kind.", "resource.", "about.",
                "case.done.", "cases.column.", "cases.scope_", "lateness.", "outcome.", "deadline.days_", "deadline.state_", "form.hint_",
                "alert_state.", "alert_step.", "alerts.done_", "notice_kind.", "outgoing_state.", "stream_state.", "outgoing.done_",
                "delivery_state.",
                "delivery.", "webhook.signature_", "webhook_event.", "case_figures.", "outgoing.",
                "security.section.", "security.figure.", "security.figure_note.", "security.done.", "subject_word.", "alert_level.",
                "log_outcome.", "log_kind.", "audit.side.", "check_state.", "checks.last_", "policy.grade.", "policy.action.", "policy.answer.",
                "policy.effect.", "mask.", "row_scope.", "operator.", "set_state.", "sets.", "grant_state.", "conclusion.", "finding_state.",
                "override_state.", "issuer_field.", "key_purpose.", "key_state.", "key_place.",
                "settings.table.", "setting.", "verdict.", "signed_kind.",
                "statistics.column.", "records.lead_", "record_action.",
                "catalogue_nav.", "directory.", "standards.kind_", "standards.note_", "element.place_",
                "standards_nav.", "standard_status.", "under_way.kind_", "project.", "conformance.", "code_list.column_",
                "inventory.", "system_status.", "system.hosting_", "rows_are.", "database_table.kind_", "database_table.done_",
                "column.fact_", "column.mask_", "workbook.sheet_", "sources.done_", "sources.state_",
                "freshness.", "stars.mend_", "difference.", "overdue.column.",
                "bulk.state_", "bulk.outcome_", "bulk.note_", "draft.act_", "profiled.kind_",
                "review.queue.", "review.about.", "review.note.", "review.verdict.", "review.agree.", "review.joined.", "review.origin.",
                "review.key.", "review.order_by.", "register_change.", "happening.", "joined_by.", "register_history.column_",
                "addresses.note_", "boards.live_state.", "subscriptions.kind_", "subscriptions.rhythm_", "subscriptions.state_")
    assert [key for key in words("zh") if not key.startswith(composed) and f"'{key}'" not in text and f'"{key}"' not in text] == []
