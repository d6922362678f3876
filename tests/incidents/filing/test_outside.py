"""Without an account: a link opens one form and nothing else, is limited, and shows nothing back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from incidents.cases.models import Attachment, Incident
from incidents.filing import actions, doors, queries, reading
from incidents.filing.models import Report, ReportLink
from incidents.running import actions as running
from registry.surfaces.models import Surface
from tests.incidents.building import WHAT
from tests.incidents.filing.test_reporting import ANSWERS, PNG, stamp_of


@pytest.fixture
def link(make_link: Callable[..., ReportLink], surface: Surface) -> ReportLink:
    return make_link(surface=surface)


@pytest.fixture
def outside() -> Client:
    return Client(enforce_csrf_checks=True)


def send(client: Client, url: str, **given: Any) -> Any:
    page = client.get(url)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert token
    body = ANSWERS | {"stamp": stamp_of(page), "csrfmiddlewaretoken": token.group(1), **given}
    return client.post(url, body)


def test_a_link_opens_the_form_and_a_report_can_be_followed(
    link: ReportLink, surface: Surface, outside: Client, freeze: Any, address: Any, world: Any
) -> None:
    clock = freeze("2026-05-04 10:00")
    url = address(link)
    page = outside.get(url)
    body = page.content.decode()
    assert page.status_code == 200 and surface.name in body and surface.key in body
    assert "no-store" in page["Cache-Control"] and "noindex" in page["X-Robots-Tag"] and "sessionid" not in page.cookies
    assert "<style" not in body and "onclick" not in body and "style=" not in body
    quick = send(outside, url, surface=surface.key)
    assert quick.status_code == 422 and "very quick" in quick.content.decode() and WHAT in quick.content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', quick.content.decode())
    clock.shift(timedelta(seconds=8))
    answers = ANSWERS | {"stamp": stamp_of(quick), "csrfmiddlewaretoken": token and token.group(1), "surface": surface.key}
    answers |= {"name": "Kim", "email": "kim@example.org", "attachments": [SimpleUploadedFile("card.png", PNG)]}
    sent = outside.post(url, answers)
    incident = Incident.objects.get()
    assert sent.status_code == 302 and sent["Location"].startswith("/t/")
    assert (incident.source, incident.surface, incident.reporter) == ("link", surface, None)
    assert (incident.reporter_name, incident.reporter_email) == ("Kim", "kim@example.org")
    followed = outside.get(sent["Location"])
    said = followed.content.decode()
    assert followed.status_code == 200 and "Whoever is on call has" in said
    for hidden in (WHAT, "Kim", incident.key, surface.name, "card.png"):
        assert hidden not in said
    again = outside.post(url, answers | {"attachments": []})
    assert again["Location"] == sent["Location"] and Incident.objects.count() == 1
    shown = Client()
    shown.force_login(world.rosa, backend="django.contrib.auth.backends.ModelBackend")
    assert "kim@example.org" in shown.get(f"/incidents/{incident.key}/").content.decode()


def test_what_does_not_hold_looks_like_what_never_was(
    link: ReportLink, outside: Client, world: Any, address: Any, says: Any, freeze: Any
) -> None:
    url = address(link)
    wrong = outside.get(url[:-4] + "AAA/")
    actions.revoke_link(link, actor=world.rosa, reason="Taken down.")
    revoked = outside.get(url)
    never = outside.get("/r/nothing/")
    strip = re.compile(r'value="[^"]*"|nonce="[^"]*"')
    answers = {strip.sub("", page.content.decode()) for page in (wrong, revoked, never)}
    assert {page.status_code for page in (wrong, revoked, never)} == {404} and len(answers) == 1
    assert Client().post(url, ANSWERS).status_code == 404 and not Incident.objects.exists()


def test_policy_and_time_close_links(make_link: Any, outside: Client, says: Any, freeze: Any, address: Any) -> None:
    clock = freeze("2026-05-04 10:00")
    url = address(make_link())
    assert outside.get(url).status_code == 200
    says(public_links=False)
    assert outside.get(url).status_code == 404
    says(public_links=True)
    clock.shift(timedelta(days=31))
    assert outside.get(url).status_code == 404


def test_programs_are_slowed_down(link: ReportLink, outside: Client, freeze: Any, address: Any, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"report": "3/10m/ip"}
    freeze("2026-05-04 10:00")
    url = address(link)
    trapped = send(outside, url, homepage="http://spam.example")
    assert trapped.status_code == 422 and "do not see was filled in" in trapped.content.decode()
    assert outside.post(url, ANSWERS).status_code == 403  # without the token of the page
    send(outside, url)
    limited = send(outside, url, what="A fourth one.")
    assert (limited.status_code, limited["Retry-After"]) == (429, "600") and "A fourth one." in limited.content.decode()
    large = outside.post(url, {"attachments": [SimpleUploadedFile("a.png", b"0" * 300_000)]})
    assert large.status_code == 429
    assert not Incident.objects.exists()


def test_a_body_that_is_too_large_is_not_read(link: ReportLink, outside: Client, address: Any) -> None:
    answer = outside.generic(
        "POST", address(link), b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="99999999"
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<html><script>alert(1)</script>"),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"),
        ("photo.jpg", PNG),
        ("all.zip", b"PK\x03\x04" + b"0" * 40),
        ("run.exe", b"MZ" + b"0" * 40),
        ("empty.png", b""),
    ],
)
def test_only_what_a_phone_makes_is_taken_from_strangers(
    link: ReportLink, outside: Client, freeze: Any, address: Any, name: str, data: bytes
) -> None:
    clock = freeze("2026-05-04 10:00")
    page = outside.get(address(link))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    clock.shift(timedelta(seconds=9))
    body = ANSWERS | {"stamp": stamp_of(page), "csrfmiddlewaretoken": token and token.group(1)}
    answer = outside.post(address(link), body | {"attachments": [SimpleUploadedFile(name, data)]})
    assert answer.status_code == 422 and WHAT in answer.content.decode()
    assert not Incident.objects.exists() and not Attachment.objects.exists()


def test_who_has_it_is_said_only_where_policy_allows(world: Any, surface: Surface, outside: Client, says: Any) -> None:
    made = actions.report(actor=world.system, what=WHAT, surface=surface, source="link")
    running.acknowledge(made.incident, actor=world.noor)
    url = reading.secret_address(made)
    assert "Somebody on call is on it" in outside.get(url).content.decode()
    says(show_who=True)
    said = outside.get(url).content.decode()
    assert "Noor is on it" in said and "Haddad" not in said


def test_more_is_added_by_the_secret_address_alone(world: Any, outside: Client, freeze: Any) -> None:
    made = actions.report(actor=world.system, what=WHAT, source="link")
    url = reading.secret_address(made)
    assert send(outside, url, text="").status_code == 422
    assert send(outside, url, text="It is still so.").status_code == 302
    assert made.incident.timeline.filter(text="It is still so.", author=None, kind="report").exists()
    other = doors.token_for(doors.LINK, made.nonce)  # a link's proof opens no report
    assert outside.get(f"/t/{other}/").status_code == 404
    assert outside.get(f"/r/{doors.token_for(doors.LINK, made.nonce)}/").status_code == 404


def test_strangers_reach_nothing_else(outside: Client, surface: Surface, link: ReportLink) -> None:
    for url in ("/report/", "/report/surfaces/?where=claims", "/report/mine/", "/report/links/", f"/report/links/{link.key}/"):
        answer = outside.get(url)
        assert answer.status_code == 302 and "/accounts/login/" in answer["Location"], url
    assert Report.objects.count() == 0


def test_a_name_is_guessed_for_whom_to_call_and_not_shown(make_link: Any, surface: Surface, world: Any) -> None:
    company = make_link(name="Company")
    assert queries.meant_by_link(company, f"The {surface.name} sorted it wrong.") == surface
    other = make_link(name="Support", team=world.team("support"))
    assert queries.meant_by_link(other, f"The {surface.name} sorted it wrong.") is None
