"""Guided registration: one question at a time, over a draft that survives a closed tab."""

import pytest
from django.urls import reverse

from registry.surfaces import actions
from registry.surfaces.models import Draft, Surface


@pytest.fixture
def triage(world):
    return actions.register(actor=world.noor, name="Claims triage", team=world.team("claims"), tier=1)


@pytest.fixture
def noor(world, client_as):
    return client_as(world.noor)


ANSWERS = [
    ("what", {"name": "Letter translation", "purpose": "Translates letters for handlers."}),
    ("how", {"pattern": "own_backend"}),
    ("who", {"team": None, "owner": None}),
    ("acts-alone", {"answer": "no"}),
    ("regulated", {"answer": "yes"}),
    ("reaches-customers", {"answer": "no"}),
    ("drafts-for-customers", {"answer": "no"}),
    ("internal-only", {"answer": "yes"}),
    ("tier", {"tier": "3"}),
    ("check", {}),
]


def test_a_registration_asks_one_question_at_a_time_and_survives_a_closed_tab(world, noor):
    answers = [
        (step, {"team": world.team("claims").pk, "owner": world.noor.pk} if step == "who" else given) for step, given in ANSWERS
    ]
    where = "new"
    for step, given in answers[:3]:
        answer = noor.post(reverse("surface-register-step", args=[where, step]), given)
        assert answer.status_code == 302, answer.content.decode()
        where = answer.url.split("/")[-3]
    draft = Draft.objects.get(author=world.noor)
    assert str(draft.pk) == where and draft.content["name"] == "Letter translation"
    assert "Letter translation" in noor.get(reverse("surface-register")).content.decode()
    for step, given in answers[3:]:
        answer = noor.post(reverse("surface-register-step", args=[where, step]), given)
        assert answer.status_code == 302, answer.content.decode()
    surface = Surface.objects.get(name="Letter translation")
    assert (surface.tier, surface.owner, surface.team) == (3, world.noor, world.team("claims"))
    assert surface.tier_reasons == ["It takes part in a regulated decision."] and surface.answers["regulated"] is True
    assert not Draft.objects.exists() and answer.url == surface.get_absolute_url()


def test_a_lower_tier_than_suggested_needs_a_reason(world, noor):
    draft = actions.begin_registration(actor=world.noor)
    actions.keep_answers(
        draft, actor=world.noor, step="all", given={"name": "X", "acts_alone": "yes", "tier": 0, "owner": world.noor.pk}
    )
    refused = noor.post(reverse("surface-register-step", args=[draft.pk, "check"]), {})
    assert refused.status_code == 422 and "suggest tier 4" in refused.content.decode()


def test_the_panel_beside_the_question_shows_look_alikes_and_what_the_tier_demands(noor, triage):
    panel = noor.post(reverse("surface-register-step", args=["new", "what"]) + "?preview=1", {"name": "Claims  Triage"})
    assert "The name is the same." in panel.content.decode() and not Draft.objects.exists()
    panel = noor.post(reverse("surface-register-step", args=["new", "acts-alone"]) + "?preview=1", {"answer": "yes"})
    assert "Drilled kill switch" in panel.content.decode()


def test_questions_that_an_earlier_yes_settles_are_not_asked(world, noor):
    draft = actions.begin_registration(actor=world.noor)
    actions.keep_answers(draft, actor=world.noor, step="acts-alone", given={"acts_alone": "yes"})
    after = noor.post(reverse("surface-register-step", args=[draft.pk, "regulated"]), {"answer": "no"})
    assert after.url.endswith("/tier/")


def test_nobody_goes_on_with_somebody_elses_registration(world, client_as):
    draft = actions.begin_registration(actor=world.noor)
    for number in (draft.pk, "x", "9" * 30):
        assert client_as(world.ben).get(f"/surfaces/register/{number}/what/").status_code == 404
    assert client_as(world.aud).get(reverse("surface-register")).status_code == 403
