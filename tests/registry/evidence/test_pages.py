"""The pages of evidence: cheap, readable by whom it may concern, and files that never become a page."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.core import clock, jobs
from governance.notifications import actions as notifications
from governance.notifications.models import Notice
from governance.scorecard import queries as home
from registry.evidence import actions, checking
from registry.evidence.models import Evidence
from registry.surfaces.actions import share
from registry.surfaces.models import Surface
from registry.surfaces.rules import EDIT, VIEW
from tests.registry.building import make_surface
from tests.registry.evidence.conftest import PDF, collect
from tests.world import World

MOST_QUERIES = 22


def for_control(surface: Surface, control: str = "rate_limits") -> str:
    return reverse("evidence-new") + f"?surface={surface.key}&control={control}"


@pytest.mark.parametrize("nick", ["noor", "rosa", "aud", "gus"])
def test_an_empty_list_says_why_it_matters(world: World, client_as: Callable[..., Any], nick: str) -> None:
    page = client_as(getattr(world, nick)).get(reverse("evidence-list"))
    assert "No evidence yet" in page.content.decode()


def test_the_list_costs_the_same_for_one_row_and_three(
    world: World, client_as: Callable[..., Any], limits: Evidence, django_assert_max_num_queries: Any
) -> None:
    client = client_as(world.noor)
    client.get(reverse("evidence-list"))
    counts = []
    for number in (0, 2):
        for row in range(number):
            actions.collect(actor=world.noor, url=f"https://a.example/{row}")
        with django_assert_max_num_queries(MOST_QUERIES) as seen:
            assert client.get(reverse("evidence-list")).status_code == 200
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]


def test_filters_find_what_they_say(world: World, client_as: Callable[..., Any], surface: Surface, limits: Evidence) -> None:
    actions.collect(actor=world.noor, url="https://a.example", title="Loose link")
    client = client_as(world.noor)

    def titles(query: str) -> set[str]:
        rows = client.get(f"{reverse('evidence-list-export', args=['json'])}?{query}")
        return {row["title"] for row in json.loads(b"".join(rows.streaming_content))}

    assert titles("kind=link") == titles("unused=true") == {"Loose link"}
    for query in ("control=rate_limits", f"surface={surface.pk}", "kind=file", f"q={limits.key}", f"q={limits.digest[:12]}"):
        assert titles(query) == {"limits.pdf"}, query
    assert titles("expiring=true") == titles("expired=true") == set()


@pytest.mark.parametrize("nick", ["noor", "aud", "sam"])
def test_one_page_says_what_it_is_where_it_serves_and_that_it_is_whole(
    world: World, client_as: Callable[..., Any], limits: Evidence, nick: str, django_assert_max_num_queries: Any
) -> None:
    client = client_as(getattr(world, nick))
    client.get(reverse("evidence-list"))
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(reverse("evidence", args=[limits.key]) + "?check=1").content.decode()
    for said in ("limits.pdf", "Claims triage", "Rate limits", "Whole", "PDF"):
        assert said in page
    assert ("Take off" in page) == (nick == "noor")
    assert client.get(reverse("evidence-activity", args=[limits.key])).status_code == 200


def test_a_page_costs_the_same_however_many_surfaces_use_it(
    world: World, client_as: Callable[..., Any], limits: Evidence
) -> None:
    client, here = client_as(world.ben), reverse("evidence", args=[limits.key])
    counts = []
    for number in (1, 2, 3):
        for row in range(number):
            used = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name=f"Used {number} {row}")
            share(used, actor=world.noor, with_=world.ben, permission=EDIT if row else VIEW)
            actions.attach(limits, used, "rate_limits", actor=world.noor)
        with CaptureQueriesContext(connection) as seen:
            page = client.get(here).content.decode()
        counts.append(len(seen.captured_queries))
    assert counts[1] == counts[2], "the first look fills what is cached"
    assert page.count("Take off") == 3, "only where it was shared for editing"


def test_who_sees_no_surface_of_it_finds_nothing(world: World, client_as: Callable[..., Any], limits: Evidence) -> None:
    for nick in ("ben", "gus"):
        client = client_as(getattr(world, nick))
        for name in ("evidence", "evidence-file", "evidence-activity", "evidence-withdraw", "evidence-renew"):
            assert client.get(reverse(name, args=[limits.key])).status_code == 404


def test_a_file_handed_in_for_a_control_comes_back_as_a_download(
    world: World, client_as: Callable[..., Any], surface: Surface
) -> None:
    client = client_as(world.noor)
    page = client.get(for_control(surface) + "&back=/surfaces/").content.decode()
    assert "Limits for each user, run and day" in page and "365 days" in page
    sent = SimpleUploadedFile("re\u202eport.pdf", b"<!doctype html><script>alert(1)</script>", "application/pdf")
    answer = client.post(for_control(surface) + "&back=/surfaces/", {"file": sent, "note": "Page 3."})
    assert (answer.status_code, answer["Location"]) == (302, "/surfaces/")
    made = Evidence.objects.get()
    assert (made.file_name, made.blob.media_type, made.uses.get().control) == ("report.pdf", "text/html", "rate_limits")
    again = {"file": SimpleUploadedFile("copy.html", b"<!doctype html><script>alert(1)</script>")}
    said = client.post(reverse("evidence-new"), again, follow=True).content.decode()
    assert f"The same file is {made.key}, too." in said
    file = client.get(reverse("evidence-file", args=[made.key]))
    assert b"".join(file.streaming_content).startswith(b"<!doctype")
    assert file["Content-Type"] == "application/octet-stream"
    assert file["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Security-Policy"] == "default-src 'none'; sandbox"
    page = client.get(reverse("evidence", args=[made.key])).content.decode()
    assert "Its name and its content differ" in page and "could run something" in page


def test_what_is_there_already_is_offered_and_used_with_one_press(
    world: World, client_as: Callable[..., Any], surface: Surface
) -> None:
    link = actions.collect(actor=world.noor, url="https://a.example/limits", title="Limits of the gateway")
    actions.collect(actor=world.ben, url="https://b.example", title="Not for Noor")
    client = client_as(world.noor)
    page = client.get(for_control(surface) + "&q=gateway").content.decode()
    assert "Limits of the gateway" in page and "Not for Noor" not in page
    answer = client.post(reverse("evidence-attach", args=[link.key]), {"surface": surface.key, "control": "rate_limits"})
    assert answer.status_code == 302 and link.uses.get().surface == surface
    assert "Limits of the gateway" not in client.get(for_control(surface) + "&q=gateway").content.decode()


def test_where_only_the_surface_is_known_its_tier_says_what_can_be_shown(
    world: World, client_as: Callable[..., Any], surface: Surface
) -> None:
    client, address = client_as(world.noor), f"{reverse('evidence-new')}?surface={surface.key}"
    page = client.get(address).content.decode()
    assert "Rate limits" in page and "Audit trail: " in page and "Bias checks" not in page
    sent = {"control": "audit:prompts", "url": "https://a.example/prompts"}
    assert client.post(address, sent)["Location"].startswith("/evidence/EV-")
    assert Evidence.objects.get().uses.get().control == "audit:prompts"
    assert client.post(address, {"control": "", "url": "https://a.example"}).status_code == 302
    assert Evidence.objects.order_by("-pk").first().uses.count() == 0


def test_errors_stand_beside_their_fields_and_nothing_is_lost(
    world: World, client_as: Callable[..., Any], surface: Surface, settings: Any
) -> None:
    client = client_as(world.noor)
    for given, said in (
        ({"title": "Kept title"}, "Give a file, a link, or a record"),
        ({"title": "Kept title", "url": "javascript:alert(1)"}, "Begin with https://"),
        ({"title": "Kept title", "record": "C-999"}, "Give the key of something you can see"),
        ({"title": "Kept title", "file": SimpleUploadedFile("a.txt", b"")}, "empty"),
    ):
        page = client.post(for_control(surface), given)
        assert page.status_code == 422
        assert said in page.content.decode() and "Kept title" in page.content.decode()
    settings.EVIDENCE_MAX_MB = 0
    page = client.post(for_control(surface), {"title": "Kept title", "file": SimpleUploadedFile("a.txt", b"words")})
    assert page.status_code == 413 and "larger than" in page.content.decode() and "Kept title" in page.content.decode()
    assert client.get(for_control(surface, "no_such")).status_code == 404
    assert client_as(world.aud).get(for_control(surface)).status_code == 403


def test_a_record_is_named_by_its_key_or_its_page(world: World, client_as: Callable[..., Any], surface: Surface) -> None:
    client = client_as(world.noor)
    for said in (surface.key, f"http://testserver/surfaces/{surface.key}/"):
        answer = client.post(reverse("evidence-new"), {"record": said})
        assert answer.status_code == 302, answer.content.decode()
    page = client.get(answer["Location"]).content.decode()
    assert f"Surface {surface.key}: Claims triage" in page


def test_withdrawing_names_what_rests_on_it(
    world: World, client_as: Callable[..., Any], surface: Surface, other: Surface, limits: Evidence
) -> None:
    actions.attach(limits, other, "rate_limits", actor=world.rosa)
    client = client_as(world.noor)
    address = reverse("evidence-withdraw", args=[limits.key])
    page = client.get(address).content.decode()
    assert "Used by 2 surfaces: Claims triage and 1 other." in page and "Reply drafts" not in page
    assert "1 surface that you cannot see" in client.get(reverse("evidence", args=[limits.key])).content.decode()
    stale = client.post(address, {"reason": "Wrong service.", "version": "9"})
    assert stale.status_code == 409 and "Wrong service." in stale.content.decode()
    assert client.post(address, {"reason": "Wrong service.", "version": "1"}).status_code == 302
    assert "Wrong service." in client.get(reverse("evidence", args=[limits.key])).content.decode()


def test_owners_hear_of_what_their_surfaces_lose(world: World, surface: Surface, other: Surface, limits: Evidence) -> None:
    actions.attach(limits, other, "rate_limits", actor=world.rosa)
    actions.withdraw(limits, actor=world.noor, reason="Wrong service.")
    notifications.follow(lambda *args: None)
    heard = Notice.objects.filter(text__contains="was withdrawn")
    assert [(notice.person, notice.url) for notice in heard] == [(world.ben, f"/evidence/{limits.key}/")]


def test_taking_off_and_renewing_by_page(world: World, client_as: Callable[..., Any], surface: Surface, limits: Evidence) -> None:
    client = client_as(world.noor)
    renewed = client.post(
        reverse("evidence-renew", args=[limits.key]), {"file": SimpleUploadedFile("new.pdf", PDF + b"2"), "version": "1"}
    )
    new = Evidence.objects.get(renews=limits)
    assert (renewed.status_code, new.uses.count()) == (302, 1)
    assert f"Look at {new.key}" in client.get(reverse("evidence", args=[limits.key])).content.decode()
    use = new.uses.get()
    address = reverse("evidence-detach", args=[new.key, use.pk])
    assert "The evidence itself stays" in client.get(address).content.decode()
    assert client_as(world.aud).post(address, {"reason": ""}).status_code == 403
    assert client.post(address, {"reason": ""}).status_code == 302 and not new.uses.exists()
    assert client.get(address).status_code == 404


def test_what_ends_is_on_the_briefing_and_in_the_inbox(world: World, surface: Surface, limits: Evidence, freeze: Any) -> None:
    def lines() -> dict[str, int]:
        found = {line.label: line.count for each in home.questions(world.noor) for line in each.lines}
        return {label: count for label, count in found.items() if "evidence" in label}

    assert lines() == {}
    freeze(clock.now() + timedelta(days=360))
    assert lines() == {"piece of evidence that ends within a week": 1}
    assert [line.title for line in home.inbox(world.noor) if "Renew" in line.title] == ["Renew limits.pdf"]
    freeze(clock.now() + timedelta(days=30))
    assert lines() == {"piece of evidence that no longer counts": 1}


def test_the_nightly_reading_finds_what_was_changed(world: World, limits: Evidence, storage: Path, client_as: Any) -> None:
    other = collect(world.noor, data=b"words")
    read = jobs.enqueue("evidence.verify", key="one")
    jobs.run(read.pk)
    assert checking.trouble() == ""
    path = storage / limits.blob.stored_as
    path.chmod(0o600)
    path.write_bytes(b"changed")
    jobs.run(jobs.enqueue("evidence.verify", key="two").pk)
    assert "1 kept file is missing or changed" in checking.trouble()
    client = client_as(world.noor)
    assert "its hash differs" in client.get(reverse("evidence", args=[limits.key])).content.decode()
    assert "Whole" in client.get(reverse("evidence", args=[other.key])).content.decode()
    assert client.get(reverse("evidence-file", args=[limits.key])).status_code == 503


def test_a_stray_file_is_removed_and_a_kept_one_stays(limits: Evidence, storage: Path, freeze: Any) -> None:
    from registry.evidence import storage as kept

    stray = io.BytesIO(b"stray")
    name = kept.put(stray, kept.read(stray))
    freeze(clock.now() + timedelta(days=2))
    assert checking.tidy(None, lambda *args: None) == {"removed": 1}
    assert not (storage / name).exists() and (storage / limits.blob.stored_as).exists()
