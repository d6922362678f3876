"""Postmortems are begun, written by several people at once, approved for their hash, and then stay as they are."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.approvals import actions as approvals
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from incidents.cases.models import Incident
from incidents.postmortems import actions, blameless, queries
from incidents.postmortems.models import Postmortem
from incidents.running import actions as running
from tests.incidents.building import make_incident
from tests.incidents.postmortems.conftest import fill


def kinds(subject: Any) -> list[str]:
    label = f"{subject._meta.app_label}.{subject._meta.model_name}"
    return list(
        Entry.objects.filter(subject_type=label, subject_id=str(subject.pk)).order_by("seq").values_list("kind", flat=True)
    )


def test_a_postmortem_begins_from_the_template_of_its_severity(world: Any, begun: Postmortem) -> None:
    assert begun.key == f"PM-{begun.pk}"
    assert list(begun.sections.order_by("number").values_list("kind", flat=True))[:2] == ["summary", "impact"]
    assert begun.sections.filter(demanded=True).count() == 9
    assert begun.incident.state == "postmortem"
    assert begun.incident.timeline.filter(text="began the postmortem.").count() == 1
    assert begun.moments
    assert kinds(begun) == ["postmortem.begun"]


def test_only_who_runs_the_incident_begins_it_and_only_once(world: Any, resolved: Incident) -> None:
    with pytest.raises(Denied):
        actions.begin(resolved, actor=world.aud)
    with pytest.raises(Denied):
        actions.begin(resolved, actor=world.sam if world.sam.pk != resolved.owner_id else world.ben)
    made = actions.begin(resolved, actor=world.noor)
    with pytest.raises(Conflict, match=made.key):
        actions.begin(resolved, actor=world.noor)
    fresh = make_incident(actor=world.sam, surface=resolved.surface)
    with pytest.raises(Denied, match="reported"):
        actions.begin(fresh, actor=world.noor)


def test_two_people_write_different_texts_at_once(world: Any, begun: Postmortem) -> None:
    impact, trigger = queries.section(begun, "impact"), queries.section(begun, "trigger")
    actions.write_section(impact, actor=world.noor, text="198 members.", expected_version=impact.version)
    actions.write_section(trigger, actor=world.sam, text="An index.", expected_version=trigger.version)
    assert dict(begun.sections.exclude(text="").values_list("kind", "text")) == {"impact": "198 members.", "trigger": "An index."}


def test_two_people_on_one_text_are_told_of_each_other(world: Any, begun: Postmortem) -> None:
    impact = queries.section(begun, "impact")
    actions.write_section(impact, actor=world.noor, text="198 members.", expected_version=impact.version)
    with pytest.raises(StaleState):
        actions.write_section(impact, actor=world.sam, text="Nobody.", expected_version=impact.version)
    assert queries.section(begun, "impact").text == "198 members."
    with pytest.raises(Denied):
        actions.write_section(impact, actor=world.aud, text="Nobody.")


def test_causes_come_from_policy_and_each_is_named_once(world: Any, begun: Postmortem) -> None:
    row = actions.name_cause(begun, actor=world.sam, cause="missing_eval")
    with pytest.raises(Invalid):
        actions.name_cause(begun, actor=world.sam, cause="somebody")
    with pytest.raises(Conflict, match="named already"):
        actions.name_cause(begun, actor=world.sam, cause="missing_eval")
    row = actions.note_cause(row, actor=world.noor, note="No case for this year.", expected_version=1)
    assert row.version == 2
    actions.drop_cause(row, actor=world.noor)
    assert not begun.causes.exists()


def test_moments_come_from_its_own_timeline(world: Any, begun: Postmortem) -> None:
    mine = begun.incident.timeline.first()
    other = make_incident(actor=world.sam, surface=begun.incident.surface).timeline.first()
    assert actions.cut_timeline(begun, actor=world.sam, moments=[mine.pk]).moments == [mine.pk]
    with pytest.raises(Invalid, match="not on this"):
        actions.cut_timeline(begun, actor=world.sam, moments=[mine.pk, other.pk])
    with pytest.raises(StaleState):
        actions.cut_timeline(begun, actor=world.sam, moments=[], expected_version=1)


def test_it_is_whole_before_it_is_approved(world: Any, begun: Postmortem) -> None:
    with pytest.raises(Invalid) as refused:
        actions.ask_for_approval(begun, actor=world.noor)
    assert "Still to write: Summary" in refused.value.message
    assert "at least one cause" in refused.value.message
    assert "what in the system changes" in refused.value.message


def test_approval_is_for_its_hash_and_by_another(world: Any, begun: Postmortem) -> None:
    fill(begun, world.noor)
    asked = actions.ask_for_approval(begun, actor=world.noor)
    assert (asked.state, asked.request.subject_digest) == ("review", asked.digest)
    with pytest.raises(Denied, match="before its approvers"):
        actions.write_section(queries.section(begun, "impact"), actor=world.sam, text="Other words.")
    with pytest.raises(Denied, match="never approves"):
        approvals.decide(asked.request, actor=world.noor, verdict="approve", digest=asked.digest)
    approvals.decide(asked.request, actor=world.lena, verdict="approve", digest=asked.digest)
    begun.refresh_from_db()
    assert begun.state == "approved"
    assert Incident.objects.get(pk=begun.incident_id).cause == "missing_eval"
    assert kinds(begun)[-2:] == ["postmortem.asked", "postmortem.approved"]


def test_a_rejected_or_withdrawn_one_goes_back_to_its_writers(world: Any, begun: Postmortem) -> None:
    fill(begun, world.noor)
    asked = actions.ask_for_approval(begun, actor=world.noor)
    approvals.decide(asked.request, actor=world.lena, verdict="reject", comment="Who saw it first?", digest=asked.digest)
    begun.refresh_from_db()
    assert begun.state == "draft"
    asked = actions.ask_for_approval(begun, actor=world.noor)
    assert actions.withdraw(asked, actor=world.noor).state == "draft"
    with pytest.raises(StaleState):
        actions.withdraw(begun, actor=world.noor)


def test_another_edition_needs_its_own_approval(world: Any, approved: Postmortem, approve: Any) -> None:
    draft = actions.revise(approved, actor=world.noor, reason="A further cause was found.")
    assert draft.state == "draft"
    with pytest.raises(Conflict):
        actions.close(draft.incident, actor=world.noor)
    assert approve(draft).state == "approved"
    actions.close(draft.incident, actor=world.noor)
    with pytest.raises(Denied, match="closed on the strength"):
        actions.revise(draft, actor=world.noor)


FIXED = (
    ("postmortem", "state = 'draft', approved_at = NULL WHERE state = 'approved'"),
    ("postmortem", "title = 'Other words' WHERE state = 'approved'"),
    ("postmortem", "digest = 'other' WHERE state = 'approved'"),
    ("postmortemsection", "text = 'Other words'"),
    ("postmortemcause", "note = 'Other words'"),
)


def test_the_database_keeps_what_was_approved(world: Any, approved: Postmortem) -> None:
    actions.close(approved.incident, actor=world.noor)
    for table, change in FIXED:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE incidents_{table} SET {change}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_postmortemcause")


def test_the_database_approves_nothing_by_itself(world: Any, begun: Postmortem) -> None:
    for change in ("state = 'approved', approved_at = created_at", "state = 'review'"):
        if "review" in change:
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE incidents_postmortem SET {change}")
            change = "state = 'approved', approved_at = created_at"
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE incidents_postmortem SET {change}")


def test_hints_look_for_how_and_never_refuse(world: Any, begun: Postmortem) -> None:
    said = blameless.hints("Human error: Noor Haddad should have looked.", ["Noor Haddad"])
    assert len(said) == 3
    assert any("role" in hint for hint in said)
    assert blameless.hints("The index was older than the plan year.", ["Noor Haddad"]) == []
    text = "Somebody forgot to look."
    assert actions.write_section(queries.section(begun, "impact"), actor=world.sam, text=text).text == text


def test_what_came_back_needs_another_edition(world: Any, approved: Postmortem, approve: Any) -> None:
    actions.close(approved.incident, actor=world.noor)
    again = running.reopen(Incident.objects.get(pk=approved.incident_id), actor=world.noor, reason="It came back.")
    assert queries.of_incident(again) == approved
    again = running.resolve(again, actor=world.noor, reason="The other index, too.")
    with pytest.raises(Conflict, match="before the incident came back"):
        actions.close(again, actor=world.noor)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_incident SET state = 'closed', closed_at = resolved_at WHERE id = %s", [again.pk])
    draft = actions.revise(approved, actor=world.noor, reason="It came back.")
    approve(draft)
    assert actions.close(again, actor=world.noor).state == "closed"


def test_its_clock_stops_with_the_approval(world: Any, begun: Postmortem, approve: Any) -> None:
    limit = begun.incident.clocks.get(kind="postmortem")
    assert limit.stopped_at is None
    fill(begun, world.noor)
    approve(begun)
    limit.refresh_from_db()
    assert limit.stopped_at is not None
