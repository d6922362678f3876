"""Object pages, action pages, wizards and jobs."""

from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from governance.core import contributions
from governance.core.contributions import JobKind, ObjectTab
from governance.core.models import Job
from governance.ui.extensions import ObjectPanel

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog-body"}
CHANGE = "/things/S-0001/change/"


def test_an_object_shows_header_next_action_and_tabs(things: list[Job], browser_of: Client) -> None:
    body = browser_of.get("/things/S-0001/").content.decode()
    text = strip_tags(body)
    assert "Surface 01" in text and "S-0001" in text and "Noor Haddad" in text
    assert "1,946 calls last week left the approved region." in text
    assert 'href="/things/S-0001/approvals/"' in body
    assert "Secret" not in text
    assert 'aria-current="page">Overview' in body


def test_a_forbidden_button_is_there_with_the_reason_beside_it(things: list[Job], browser_of: Client) -> None:
    body = browser_of.get("/things/S-0001/").content.decode()
    assert "Approving takes the position Security. Priya Raman can." in strip_tags(body)
    assert "disabled aria-describedby" in body


@pytest.mark.parametrize("address", ["/things/S-9999/", "/things/S-0060/", "/things/S-0001/secret/", "/things/S-0001/nope/"])
def test_what_one_may_not_see_is_not_there(things: list[Job], browser_of: Client, address: str) -> None:
    response = browser_of.get(address)
    assert response.status_code == 404
    assert "There is nothing here for you" in response.content.decode()


def test_apps_above_add_tabs_and_panels(things: list[Job], browser_of: Client) -> None:
    contributions.contribute(
        ObjectTab("more", "governance.job", "More of it", lambda obj: f"/more/{obj.key}/", lambda user, obj: 1234)
    )
    contributions.contribute(
        ObjectPanel("tier", "governance.Job", "gallery/panel.html", lambda user, obj: {"suggested": 2}, aside=True)
    )
    contributions.contribute(ObjectPanel("none", "governance.Job", "gallery/nowhere.html", lambda user, obj: {}))
    text = strip_tags(browser_of.get("/things/S-0001/").content.decode())
    assert "More of it1,234" in text
    assert "Suggested tier" in text
    assert "Suggested tier" not in browser_of.get("/things/S-0001/approvals/").content.decode()
    del contributions._items[ObjectTab]


def test_an_action_shows_its_form_and_acts(things: list[Job], browser_of: Client) -> None:
    form = browser_of.get(CHANGE).content.decode()
    assert 'value="Surface 01"' in form and 'aria-describedby="id_label-help"' in form
    response = browser_of.post(CHANGE, {"label": "Renamed"}, follow=True)
    assert response.redirect_chain == [("/things/S-0001/", 302)]
    assert "Renamed is saved." in response.content.decode()


def test_in_a_dialog_only_the_form_comes_and_the_page_goes_on_after(things: list[Job], browser_of: Client) -> None:
    form = browser_of.get(CHANGE, **HTMX).content.decode()
    assert "<html" not in form and 'hx-post="/things/S-0001/change/"' in form
    done = browser_of.post(CHANGE, {"label": "Renamed"}, **HTMX)
    assert (done.status_code, done["HX-Redirect"]) == (204, "/things/S-0001/")


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("label", "status", "said"),
    [
        ("invalid", 422, "Somebody has this name."),
        ("", 422, "This field is required."),
        ("denied", 403, "Who can: Rosa Lindqvist."),
        ("stale", 409, "Noor Haddad changed it at 21:38."),
        ("conflict", 409, "There is one in force already."),
        ("large", 413, "That is 9 MB"),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    things: list[Job], browser_of: Client, label: str, status: int, said: str, headers: dict[str, str]
) -> None:
    response = browser_of.post(CHANGE, {"label": label, "why": "A long explanation."}, **headers)
    assert response.status_code == status
    body = response.content.decode()
    assert said in body
    assert "A long explanation." in body
    assert Job.objects.get(key="S-0001").label == "Surface 01"


def test_errors_stand_beside_their_fields_and_the_rest_on_top(things: list[Job], browser_of: Client) -> None:
    body = browser_of.post(CHANGE, {"label": "invalid"}).content.decode()
    assert 'aria-invalid="true"' in body and 'id="id_label-error"' in body
    assert "And more." in body


def test_what_is_denied_says_who_can_before_anything_is_typed(things: list[Job], browser_of: Client) -> None:
    response = browser_of.get("/things/S-0059/change/")
    assert response.status_code == 403
    assert "It is locked." in response.content.decode() and "Rosa Lindqvist" in response.content.decode()


def test_a_wizard_asks_one_question_at_a_time_and_keeps_the_answers(things: list[Job], browser_of: Client) -> None:
    assert "Question 1 of 2" in browser_of.get("/register/name/").content.decode()
    assert browser_of.post("/register/name/", {"name": "Chat"})["Location"] == "/register/reach/"
    assert "Question 2 of 2" in browser_of.get("/register/reach/").content.decode()
    assert 'value="Chat"' in browser_of.get("/register/name/").content.decode()
    assert browser_of.post("/register/reach/", {"reach": "out"})["Location"] == "/register/customers/"
    assert browser_of.post("/register/customers/", {"many": "many"}).status_code == 422
    assert browser_of.post("/register/customers/", {"many": "7"})["Location"] == "/things/made/"
    assert Job.objects.get(key="made").label == "Chat"


def test_a_wizard_shows_what_follows_while_answering_and_can_be_left(things: list[Job], browser_of: Client) -> None:
    preview = browser_of.post("/register/reach/?preview=1", {"reach": "out"}, HTTP_HX_REQUEST="true").content.decode()
    assert "Customer-facing" in preview and "<html" not in preview
    assert browser_of.post("/register/name/", {"name": "Chat", "later": "1"})["Location"] == "/"
    assert 'value="Chat"' in browser_of.get("/register/name/").content.decode()
    assert browser_of.get("/register/nonsense/").status_code == 404


@pytest.fixture
def job(world: Any, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A job of Noor's."""
    contributions._items.setdefault(JobKind, {})
    monkeypatch.setitem(contributions._items[JobKind], "test.pack", JobKind("test.pack", lambda job, progress: {}, "Pack"))
    return Job.objects.create(
        key="j",
        kind="test.pack",
        label="Building the pack",
        owner=world.noor,
        state="running",
        done=26,
        total=42,
        progress_label="now Claims",
    )


def test_a_job_shows_how_far_it_is_and_asks_again(job: Job, browser_of: Client) -> None:
    body = browser_of.get(f"/jobs/{job.pk}/").content.decode()
    assert "26 of 42, now Claims" in strip_tags(body)
    assert f'hx-get="/jobs/{job.pk}/progress/"' in body
    assert browser_of.get(f"/jobs/{job.pk}/progress/", **HTMX).status_code == 200


def test_a_finished_job_stops_asking_and_offers_its_result(job: Job, browser_of: Client) -> None:
    Job.objects.filter(pk=job.pk).update(state="done", result={"url": "/made/", "label": "Open the pack"})
    response = browser_of.get(f"/jobs/{job.pk}/progress/", **HTMX)
    assert response.status_code == 286
    assert 'href="/made/">Open the pack' in response.content.decode()


def test_a_job_can_be_stopped_and_a_failed_one_tried_again(job: Job, browser_of: Client) -> None:
    browser_of.post(f"/jobs/{job.pk}/", {"stop": "1"})
    job.refresh_from_db()
    assert job.state == "cancelled"
    browser_of.post(f"/jobs/{job.pk}/", {"retry": "1"})
    job.refresh_from_db()
    assert job.state == "queued"
    Job.objects.filter(pk=job.pk).update(state="failed", error="<b>disk full</b>")
    body = browser_of.get(f"/jobs/{job.pk}/").content.decode()
    assert "&lt;b&gt;disk full" in body and "Try again" in body


def test_somebody_elses_job_is_not_there(job: Job, world: Any, client_as: Any) -> None:
    assert client_as(world.sam).get(f"/jobs/{job.pk}/").status_code == 404
    assert client_as(world.sam).post(f"/jobs/{job.pk}/", {"stop": "1"}).status_code == 404
