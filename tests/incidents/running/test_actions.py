"""An incident is triaged, taken, mitigated, resolved and reopened; each step allowed, denied, stale and recorded."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from incidents.cases import queries as cases
from incidents.cases.models import Communication, Incident
from incidents.running import actions
from registry.catalog.models import Endpoint
from registry.surfaces.models import Surface
from tests.incidents.building import make_case_surface, make_incident
from tests.registry.building import make_surface


@pytest.fixture
def surface(world: Any) -> Surface:
    return make_case_surface(world)


@pytest.fixture
def incident(world: Any, surface: Surface) -> Incident:
    return make_incident(actor=world.sam, surface=surface)


def told() -> list[str]:
    found = Entry.objects.filter(subject_type="incidents.incident").order_by("seq")
    return [kind.partition(".")[2] for kind in found.values_list("kind", flat=True)]


def test_the_whole_way(world: Any, incident: Incident) -> None:
    taken = actions.acknowledge(incident, actor=world.noor)
    assert (taken.owner, taken.state) == (world.noor, "reported") and taken.acknowledged_at
    triaged = actions.triage(taken, actor=world.noor, severity="SEV2", user_harm=2, blast_radius=2, people_estimated=198,
                             reason="prices reached members")  # fmt: skip
    assert (triaged.tier, triaged.severity, triaged.postmortem_demanded) == (2, "SEV2", True)
    doing = actions.start_mitigating(triaged, actor=world.noor)
    stopped = actions.mitigated(doing, actor=world.noor, reason="retrieval is off")
    assert stopped.mitigated_at and stopped.state == "mitigating" and stopped.ongoing is False
    done = actions.resolve(stopped, actor=world.noor, reason="the old index is back")
    after = actions.begin_postmortem(done, actor=world.noor)
    assert after.state == "postmortem" and after.resolved_at
    again = actions.reopen(after, actor=world.noor, reason="two more calls")
    assert (again.state, again.resolved_at, again.mitigated_at) == ("mitigating", None, None)
    steps = ["reported", "acknowledged", "triaged", "moved", "mitigated", "resolved", "moved", "reopened"]
    assert told() == steps
    kinds = list(incident.timeline.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["report", "state", "severity", "state", "state", "state", "state", "state"]
    said = incident.timeline.get(kind="severity")
    assert said.text == "triaged it as SEV2: prices reached members" and said.data == {"before": "", "after": "SEV2"}


def test_a_step_out_of_turn_is_refused(world: Any, incident: Incident) -> None:
    for step, given in (("resolve", {"reason": "x"}), ("start_mitigating", {}), ("reopen", {"reason": "x"})):
        with pytest.raises(Denied):
            getattr(actions, step)(incident, actor=world.noor, **given)
    taken = actions.acknowledge(incident, actor=world.noor)
    with pytest.raises(Denied, match="Noor"):
        actions.acknowledge(taken, actor=world.rosa)


@pytest.mark.parametrize("who", ["ben", "aud", "gus", "priya"])
def test_who_has_no_part_moves_nothing(world: Any, incident: Incident, who: str) -> None:
    for step, given in (("acknowledge", {}), ("triage", {"severity": "SEV2"}), ("edit", {"summary": "x"})):
        with pytest.raises(Denied):
            getattr(actions, step)(incident, actor=getattr(world, who), **given)


def test_a_stale_step_is_refused(world: Any, incident: Incident) -> None:
    seen = incident.version
    actions.acknowledge(incident, actor=world.noor)
    for step, given in (("triage", {"severity": "SEV2"}), ("name_role", {"role": "scribe", "person": world.sam})):
        with pytest.raises(StaleState):
            getattr(actions, step)(incident, actor=world.noor, expected_version=seen, **given)


def test_triage_says_what_is_wrong(world: Any, surface: Surface) -> None:
    bare = make_incident(actor=world.ben, category="")
    with pytest.raises(Invalid) as refused:
        actions.triage(bare, actor=world.rosa, severity="SEV9")
    assert set(refused.value.fields) == {"severity", "category"}
    done = actions.triage(bare, actor=world.rosa, severity="SEV3", category="hallucination", surface=surface)
    assert (done.surface, done.tier, done.owner, done.postmortem_demanded) == (surface, 2, world.rosa, False)
    assert done.acknowledged_at == done.triaged_at


def test_another_severity_needs_a_reason_and_decides_on_the_postmortem(world: Any, incident: Incident) -> None:
    now = actions.triage(incident, actor=world.noor, severity="SEV3")
    for given in ({"severity": "SEV2", "reason": " "}, {"severity": "SEV3", "reason": "the same"}):
        with pytest.raises(Invalid):
            actions.set_severity(now, actor=world.noor, **given)
    worse = actions.set_severity(now, actor=world.noor, severity="SEV1", reason="a member paid", people_estimated=3)
    assert worse.postmortem_demanded and worse.people_estimated == 3
    assert incident.timeline.last().text == "set severity to SEV1: a member paid"  # type: ignore[union-attr]


def test_the_database_refuses_what_is_not_triaged(world: Any, incident: Incident) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(state="resolved")
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(closed_at=clock.now())


def test_two_who_write_different_fields_both_keep_every_word(world: Any, incident: Incident) -> None:
    seen = incident.version
    actions.edit(incident, actor=world.noor, expected_version=seen, summary="The new index is wrong.", impact="")
    merged = actions.edit(incident, actor=world.rosa, expected_version=seen, summary="", impact="Three callers were told 25.")
    assert (merged.summary, merged.impact) == ("The new index is wrong.", "Three callers were told 25.")


def test_two_who_write_the_same_field_see_both_texts(world: Any, incident: Incident) -> None:
    seen = incident.version
    actions.edit(incident, actor=world.noor, expected_version=seen, summary="The new index is wrong.")
    with pytest.raises(actions.EditClash) as clash:
        actions.edit(incident, actor=world.rosa, expected_version=seen, summary="The card is wrong.", impact="Three callers.")
    assert clash.value.theirs == {"summary": "The new index is wrong."}
    now = Incident.objects.get(pk=incident.pk)
    assert (now.summary, now.impact) == ("The new index is wrong.", "")  # nothing half: all or nothing is saved
    both = "The new index is wrong, not the card."
    assert actions.edit(now, actor=world.rosa, expected_version=now.version, summary=both).summary == both
    with pytest.raises(StaleState):
        actions.edit(now, actor=world.rosa, expected_version=999, summary="From nowhere.")


def test_edits_say_what_is_wrong(world: Any, incident: Incident) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"title": " "}, "title"),
        ({"category": "gremlins"}, "category"),
        ({"data_classes": ["moon"]}, "data_classes"),
        ({"trace_ids": ["x" * 300]}, "trace_ids"),
        ({"occurred_at": clock.now()}, "occurred_at"),
    ]
    for given, field in wrong:
        with pytest.raises(Invalid) as refused:
            actions.edit(incident, actor=world.noor, **given)
        assert field in refused.value.fields
    with pytest.raises(Invalid):
        actions.edit(incident, actor=world.noor, title=incident.title)
    with pytest.raises(TypeError):
        actions.edit(incident, actor=world.noor, state="closed")


def test_roles_are_given_and_taken_and_somebody_always_answers(world: Any, incident: Incident) -> None:
    now = actions.name_role(incident, actor=world.noor, role="commander", person=world.priya)
    assert now.commander == world.priya and cases.visible_to(world.priya).filter(pk=now.pk).exists()
    assert actions.name_role(now, actor=world.priya, role="commander", person=None).commander is None
    with pytest.raises(Conflict):
        actions.name_role(incident, actor=world.noor, role="commander", person=None)
    for role, person in (("owner", None), ("owner", world.gus), ("judge", world.sam)):
        with pytest.raises(Invalid):
            actions.name_role(incident, actor=world.noor, role=role, person=person)
    given = actions.give_owner(incident, actor=world.ada, to=world.sam)
    assert given.owner == world.sam


def test_what_it_touches_is_set_as_a_whole(world: Any, incident: Incident) -> None:
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Benefits chat")
    endpoint = Endpoint.objects.get()
    now = actions.affect(incident, actor=world.noor, surfaces=[other], endpoints=[endpoint])
    assert cases.surfaces_of(now) == [incident.surface, other]
    assert list(cases.open_on([other])) == [now]
    with pytest.raises(Conflict):
        actions.affect(incident, actor=world.noor, surfaces=[other])
    assert cases.surfaces_of(actions.affect(incident, actor=world.noor, surfaces=[])) == [incident.surface]
    far = make_surface(actor=world.ada, owner=world.ben, team=world.team("support"), name="Far away")
    with pytest.raises(Invalid):
        actions.affect(incident, actor=world.noor, surfaces=[far])


@pytest.mark.parametrize("audience", Communication.Audience.values)
def test_messages_are_drafted_from_what_is_known_and_sent_for_good(world: Any, incident: Incident, audience: str) -> None:
    draft = actions.draft_communication(incident, actor=world.rosa, audience=audience)
    assert incident.key in draft.text + draft.subject
    if audience != "staff":
        assert str(world.sam) not in draft.text and incident.what not in draft.text
    with pytest.raises(Invalid, match="gaps"):
        actions.send_communication(draft, actor=world.rosa)
    ready = actions.edit_communication(draft, actor=world.rosa, subject="Wrong copay", text="Some were told 25. It is 40.")
    sent = actions.send_communication(ready, actor=world.rosa, expected_version=ready.version)
    assert (sent.state, sent.sent_by) == ("sent", world.rosa)
    assert incident.timeline.get(kind="communication").text.endswith("Wrong copay")
    for step, given in (("send_communication", {}), ("discard_draft", {}), ("edit_communication", {"subject": "x", "text": "y"})):
        with pytest.raises(Denied):
            getattr(actions, step)(sent, actor=world.rosa, **given)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Communication.objects.filter(pk=sent.pk).update(text="Something else.")


def test_drafts_are_for_those_who_run_it(world: Any, incident: Incident) -> None:
    with pytest.raises(Denied):
        actions.draft_communication(incident, actor=world.aud, audience="staff")
    with pytest.raises(Invalid):
        actions.draft_communication(incident, actor=world.noor, audience="press")
    draft = actions.draft_communication(incident, actor=world.noor, audience="customers", text="All is well again.")
    with pytest.raises(Denied):  # Noor works on the surface, but neither leads nor speaks for it
        actions.send_communication(draft, actor=world.noor)
    actions.discard_draft(draft, actor=world.noor)
    assert not Communication.objects.exists()


def test_who_reported_without_an_account_can_be_forgotten(world: Any, surface: Surface) -> None:
    told = {"reporter_name": "Greta Lund", "reporter_email": "greta@example.net", "source": "link"}
    incident = make_incident(actor=world.system, surface=surface, **told)
    for actor in (world.noor, world.aud, world.ingrid):
        with pytest.raises(Denied):
            actions.forget_reporter(incident, actor=actor, reason="Asked to.")
    with pytest.raises(Invalid):
        actions.forget_reporter(incident, actor=world.rosa, reason=" ")
    gone = actions.forget_reporter(incident, actor=world.rosa, reason="Asked to, under article 17.")
    assert (gone.reporter_name, gone.reporter_email) == ("", "")
    with pytest.raises(Conflict):
        actions.forget_reporter(gone, actor=world.rosa, reason="Again.")
    with pytest.raises(StaleState):
        actions.forget_reporter(incident, actor=world.rosa, reason="Stale.", expected_version=1)
    kept = "\n".join(Entry.objects.values_list("body", flat=True)) + str(list(incident.history.values()))
    assert "Greta" not in kept and "greta@" not in kept
    assert Entry.objects.filter(kind="incident.reporter_forgotten").count() == 1
