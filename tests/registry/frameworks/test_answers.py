"""Answering the checklist: who may, what is enough, what counts, and what the page saves."""

import pytest
from django.urls import reverse

from governance.core.errors import Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.policy import queries as policy
from registry.evidence import actions as evidence
from registry.exceptions import actions as exceptions
from registry.frameworks import actions, library, queries
from registry.frameworks.models import FrameworkAnswer
from tests.registry.building import make_surface
from tests.registry.exceptions.conftest import approve, in_days
from tests.registry.frameworks.conftest import HOW


def test_all_items_are_open_until_each_is_answered(surface, answer, cleared):
    fresh = make_surface(actor=surface.owner, owner=surface.owner, team=surface.team, name="Letters", tier=2)
    found = queries.owasp_standing([surface, fresh])
    assert found[surface.pk].open == () and len(found[fresh.pk].open) == found[fresh.pk].total == 10
    assert found[fresh.pk].open[2] == ("LLM03:2026", "Excessive Agency")


def test_an_answer_is_recorded_with_its_edition_and_kept_in_history(world, surface, answer):
    first = answer()
    again = answer(status="not_applicable", reason="No text from outside is read.")
    assert first.pk == again.pk and again.history.count() == 2
    kinds = Entry.objects.filter(mentions__subject_id=str(surface.pk), mentions__subject_type="registry.surface")
    assert {"framework.answered", "framework.answer_changed"} <= set(kinds.values_list("kind", flat=True))
    actions.withdraw_answer(again, actor=world.noor)
    assert len(queries.owasp_standing([surface])[surface.pk].open) == 10


def test_only_who_may_edit_the_surface_answers_and_only_against_what_they_saw(world, answer):
    for stranger in (world.ben, world.aud):
        with pytest.raises(Denied):
            answer(actor=stranger)
    held = answer(expected_version=0)
    with pytest.raises(StaleState):
        answer(expected_version=0, reason="Somebody was first here.")
    with pytest.raises(StaleState):
        actions.withdraw_answer(held, actor=world.noor, expected_version=held.version + 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "Done."}, "reason"),
        ({"status": "fine"}, "status"),
        ({"item": "LLM03:2025"}, "item"),
        ({"item": "LLM03"}, "item"),
        ({"framework": "nist-ai-rmf-1.0", "item": "GOVERN 1.1"}, "item"),
    ],
)
def test_what_is_too_little_or_of_another_edition_is_refused(answer, change, field):
    with pytest.raises(Invalid) as refused:
        answer(**change)
    assert field in refused.value.fields


def test_answers_of_another_edition_do_not_count_and_are_shown_as_help(surface, answer):
    answer("LLM06:2025", framework="owasp-llm-2025", reason="It has two tools and no more.")
    assert len(queries.owasp_standing([surface])[surface.pk].open) == 10
    row = next(row for row in queries.checklist(surface) if row.item.id == "LLM03:2026")
    assert row.status == "open" and row.before is not None and row.before.reason == "It has two tools and no more."
    old = queries.owasp_standing([surface], library.framework("owasp-llm-2025"))
    assert len(old[surface.pk].open) == 9


def test_a_policy_from_before_it_could_say_uses_the_first_edition():
    assert queries.edition({"controls": []}).key == "owasp-llm-2026"


def test_an_exception_shows_beside_its_item(world, surface):
    asked = exceptions.ask_for(
        actor=world.noor,
        surfaces=[surface],
        controls=["owasp:LLM09:2026"],
        reason="The store moves next month.",
        measures="Nobody but the desk reads it.",
        expires_on=in_days(20),
    )
    assert asked.title == "LLM09:2026 Vector and Embedding Weaknesses on Claims triage"
    assert {row.status for row in queries.checklist(surface)} == {"open"}
    approve(asked, world.priya)
    assert [row.item.id for row in queries.checklist(surface) if row.status == "excepted"] == ["LLM09:2026"]


def test_evidence_serves_the_item_it_was_given_for(world, surface, answer):
    shown = evidence.collect(actor=world.noor, title="Gateway rules", url="https://example.org/rules")
    answer(evidence=shown)
    row = queries.checklist(surface)[0]
    assert [use.evidence.title for use in row.evidence] == ["Gateway rules"]


def test_the_number_of_queries_does_not_grow(surface, answer, django_assert_num_queries):
    others = [make_surface(actor=surface.owner, owner=surface.owner, team=surface.team, name=f"S{n}", tier=2) for n in range(3)]
    answer()
    policy.document()
    with django_assert_num_queries(1):
        queries.owasp_standing([surface, *others], library.framework("owasp-llm-2026"))


@pytest.fixture
def page(surface):
    return reverse("surface-owasp", args=[surface.key])


def test_the_page_saves_what_is_sound_and_says_what_is_not(world, surface, client_as, page):
    sent = {"LLM01:2026.status": "mitigated", "LLM01:2026.reason": HOW, "LLM01:2026.version": "0"}
    sent |= {"LLM02:2026.status": "mitigated", "LLM02:2026.reason": "Yes", "LLM02:2026.version": "0"}
    sent |= {"LLM04:2026.status": "", "LLM04:2026.reason": "<b>half</b> a thought", "LLM04:2026.version": "0"}
    noor = client_as(world.noor)
    answered = noor.post(page, sent)
    shown = answered.content.decode()
    assert answered.status_code == 422
    assert list(FrameworkAnswer.objects.values_list("item", flat=True)) == ["LLM01:2026"]
    assert "2 of what you typed are not saved yet" in shown and "&lt;b&gt;half&lt;/b&gt; a thought" in shown
    assert ">Yes</textarea>" in shown
    held = FrameworkAnswer.objects.get()
    taken_back = {"LLM01:2026.status": "", "LLM01:2026.reason": "", "LLM01:2026.version": str(held.version)}
    assert noor.post(page, taken_back).status_code == 302
    assert not FrameworkAnswer.objects.exists()


def test_a_row_that_somebody_else_answered_meanwhile_is_kept_as_typed(world, client_as, page, answer):
    answer()
    sent = {"LLM01:2026.status": "mitigated", "LLM01:2026.reason": "Mine, typed later.", "LLM01:2026.version": "0"}
    shown = client_as(world.noor).post(page, sent)
    assert shown.status_code == 422 and "Mine, typed later." in shown.content.decode()
    assert FrameworkAnswer.objects.get().reason == HOW


def test_readers_see_the_page_and_change_nothing(world, client_as, page):
    reader = client_as(world.aud)
    assert "Save the answers" not in reader.get(page).content.decode()
    assert reader.post(page, {}).status_code == 403
    assert client_as(world.ben).get(page).status_code == 404
    assert client_as(world.noor).get(page + "?edition=nist-ai-rmf-1.0").status_code == 404
    assert "counts only if policy changes" in client_as(world.noor).get(page + "?edition=owasp-llm-2025").content.decode()


def test_programs_answer_change_and_take_back(world, surface, api_as):
    client, where = api_as(world.noor), "/api/v1/framework-answers"
    body = {"surface": surface.key, "item": "LLM06:2026", "status": "mitigated", "reason": "Runs stop at 20 steps."}
    made = client.post(where, body, format="json")
    assert made.status_code == 201 and made.json()["framework"] == "owasp-llm-2026"
    one = f"{where}/{made.json()['id']}"
    etag = made.headers["ETag"]
    changed = client.patch(one, {"reason": "Runs stop at 10 steps."}, format="json", headers={"If-Match": etag})
    assert changed.status_code == 200 and changed.json()["status"] == "mitigated"
    assert client.delete(one, headers={"If-Match": etag}).status_code == 412
    assert client.get(f"{where}?item=LLM06:2026").json()["results"][0]["reason"] == "Runs stop at 10 steps."
    assert client.delete(one, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
    assert client.post(where, {**body, "item": "LLM06"}, format="json").status_code == 400
    assert api_as(world.ben).post(where, body, format="json").status_code == 404
