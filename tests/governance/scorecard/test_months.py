"""Sealed months: by whom, of what, once and for good; and the strip on the briefing."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage

from governance.core import clock
from governance.core import jobs as queue
from governance.core.contributions import Cut, Figure
from governance.core.digest import digest
from governance.core.errors import Conflict, Denied, Invalid
from governance.core.reading import one_reading
from governance.documents import actions as documents
from governance.documents.models import Document
from governance.ledger.models import Entry
from governance.scorecard import actions, jobs, measuring, queries, reading, rules, snapshots, strip, windows, words
from governance.scorecard.models import ScoreSnapshot, ScoreStrip
from tests.governance.documents import pdfcheck

API = "/api/v1/scorecard-months"
MAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def june(freeze: Any) -> None:
    freeze("2026-06-15 12:00")


def test_a_month_is_sealed_once_and_bound_to_the_ledger(world: Any) -> None:
    sealed = actions.seal(MAY, actor=world.rosa)
    assert (sealed.key, sealed.figures["month"], len(sealed.figures["months"])) == ("SC-2026-05", "2026-05", 12)
    assert sealed.digest == digest(sealed.figures) == digest(json.loads(json.dumps(sealed.figures)))
    entry = Entry.objects.get(kind="scorecard.sealed")
    assert sealed.digest in entry.body and sealed.seq == entry.seq - 1
    with pytest.raises(Conflict):
        actions.seal(MAY, actor=world.rosa)
    assert {row["key"] for row in sealed.figures["metrics"]} >= {"change_failure_rate", "lead_time"}


@pytest.mark.parametrize(("month", "words_"), [(date(2026, 6, 1), "not over"), (date(2024, 3, 1), "no policy yet")])
def test_only_a_month_that_is_over_and_had_a_policy_can_be_sealed(world: Any, month: date, words_: str) -> None:
    with pytest.raises(Invalid, match=words_):
        actions.seal(month, actor=world.rosa)


def test_only_those_who_govern_seal_and_those_who_read_all_look(world: Any, client_as: Any) -> None:
    for person in (world.noor, world.aud, world.gus, world.ingrid):
        with pytest.raises(Denied):
            actions.seal(MAY, actor=person)
    actions.seal(MAY, actor=world.rosa)
    actions.seal(date(2026, 4, 1), actor=world.rosa)
    for person in (world.ingrid, world.aud):
        page = client_as(person).get("/scorecard/months/SC-2026-05/")
        assert page.status_code == 200 and b"April 2026" in page.content
        assert client_as(person).get("/scorecard/months/seal/").status_code == 403
    assert client_as(world.noor).get("/scorecard/months/SC-2026-05/").status_code == 404
    assert client_as(world.rosa).get("/scorecard/months/SC-2026-05/?with=SC-1999-01").status_code == 200


def test_the_schedule_seals_what_has_settled_and_nothing_twice(world: Any, freeze: Any) -> None:
    assert jobs.seal(None, print) == {"snapshot": "SC-2026-05"}
    assert jobs.seal(None, print) == {}
    assert rules.falls_due(date(2026, 6, 2)) == date(2026, 4, 1)
    assert rules.falls_due(date(2026, 6, 3)) == date(2026, 5, 1)


def test_sealing_and_reading_over_rest_and_on_pages(world: Any, api_as: Any, client_as: Any) -> None:
    caller = api_as(world.rosa)
    made = caller.post(API, {"month": "2026-05"}, format="json")
    assert made.status_code == 201, made.content
    assert caller.post(API, {"month": "2026-05"}, format="json").status_code == 409
    assert caller.post(API, {"month": "2026-13"}, format="json").status_code == 400
    assert caller.get(f"{API}/SC-2026-05").json()["digest"] == ScoreSnapshot.objects.get().digest
    assert caller.get(f"{API}/SC-2026-05/comparison").status_code == 200
    assert b'"Change failure rate","all"' in b"".join(caller.get(f"{API}/SC-2026-05/csv").streaming_content)
    assert [row["key"] for row in caller.get(f"{API}?year=2026").json()["results"]] == ["SC-2026-05"]
    assert api_as(world.noor).get(f"{API}/SC-2026-05").status_code == 404
    metrics = caller.get("/api/v1/scorecard?period=months&tier=2").json()
    metrics = metrics["results"] if isinstance(metrics, dict) else metrics
    assert len(metrics) == 13 and all(len(row["figures"]) in (0, 12) for row in metrics)
    assert caller.get("/api/v1/scorecard?period=years").status_code == 400
    browser = client_as(world.rosa)
    assert browser.post("/scorecard/months/seal/", {"month": "2026-04"}).status_code == 302
    assert browser.get("/scorecard/months/").context["slice"].total == 2
    assert b"Never shown as success" in browser.get("/scorecard/").content
    assert browser.get("/scorecard/?team=9999").status_code == 400
    assert browser.get("/scorecard/ticket_counts/").status_code == 404


def test_the_strip_is_kept_by_a_worker_and_made_where_none_has_been(world: Any, django_assert_max_num_queries: Any) -> None:
    live = queries.strip(world.ingrid)
    assert live is not None and len(live.tiles) == strip.SHOWN and not ScoreStrip.objects.exists()
    assert jobs.keep_strip(None, print) == {"metrics": strip.SHOWN}
    with one_reading(), django_assert_max_num_queries(4):
        kept = queries.strip(world.ingrid)
    assert kept is not None and [tile.metric.key for tile in kept.tiles] == [tile.metric.key for tile in live.tiles]
    ScoreStrip.objects.update(made_at=clock.now() - timedelta(hours=2))
    late = queries.strip(world.ingrid)
    assert late is not None and late.made_at == clock.now()
    assert queries.strip(world.noor) is None


def test_windows_look_back_four_weeks_or_are_calendar_months() -> None:
    weeks, months = windows.of("weeks", date(2026, 3, 2)), windows.of("months", date(2026, 3, 2))
    assert (weeks[-1].since, weeks[-1].until) == (datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
    assert (weeks[-1].until - weeks[-2].until).days == 7 and len(weeks) == len(months) == 12
    assert [windows.label(month, "months") for month in (months[0], months[-1])] == ["Apr 2025", "Mar 2026"]


@pytest.mark.parametrize(
    ("value", "target", "better", "mark"),
    [(0.1, 0.15, "lower", "ok"), (0.18, 0.15, "lower", "warn"), (0.5, 0.15, "lower", "stop"), (0.0, 0.0, "lower", "ok"),
     (0.01, 0.0, "lower", "stop"), (0.9, 0.95, "higher", "warn"), (0.2, 0.95, "higher", "stop"), (0.2, None, "lower", ""),
     (None, 0.1, "lower", "")],
)  # fmt: skip
def test_a_figure_is_held_against_its_target(value: float | None, target: float | None, better: str, mark: str) -> None:
    assert words.against(value, target, "%", better).mark == mark


def test_figures_are_said_with_their_unit() -> None:
    given = [(0.0414, "%"), (0.63, "h"), (6.24, "h"), (120.0, "h"), (None, "h"), (0.31, "per 1,000 tasks")]
    said = [words.said(value, unit) for value, unit in given]
    assert said == ["4.1 %", "38 min", "6.2 h", "5 days", "–", "0.31 per 1,000 tasks"]


def test_what_policy_calls_no_success_is_never_shown(world: Any, monkeypatch: Any) -> None:
    document = measuring.policy.document()
    card = {**document["scorecard"], "never_shown": ["Eval coverage"]}
    monkeypatch.setattr(measuring.policy, "document", lambda: {**document, "scorecard": card})
    assert "eval_coverage" not in {metric.key for metric in measuring.metrics()}


def test_a_snapshot_that_somebody_changed_no_longer_holds(world: Any) -> None:
    sealed = actions.seal(MAY, actor=world.rosa)
    assert snapshots.holds(sealed)
    sealed.figures["metrics"][0]["target"] = 0.99
    assert not snapshots.holds(sealed)
    reader: Any = reading.Everything()
    assert measuring.metrics()[0].value(windows.of("weeks")[-1], Cut(reader)) == Figure(None, 0, 0)


def test_the_board_gets_two_pages_at_most_with_every_figure(world: Any, settings: Any, tmp_path: Any) -> None:
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": own}
    actions.seal(date(2026, 4, 1), actor=world.rosa)
    sealed = actions.seal(MAY, actor=world.rosa)
    documents.request_document("scorecard", sealed, actor=world.ingrid)
    queue.run_pending()
    made = Document.objects.get(kind="scorecard")
    data = default_storage.open(made.file).read()
    assert pdfcheck.faults(data) == [] and made.pages <= 2
    text = pdfcheck.text(data)
    for said in ("May 2026", "April 2026", "Change failure rate", "Variance", "nothing to measure yet"):
        assert said in text
