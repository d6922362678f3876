"""An alert is answered from its link: by whoever was called, signed in or not, once, and never by merely looking."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from governance.core import jobs
from governance.ledger.models import Entry
from governance.people.models import User
from incidents.alerts import links
from incidents.alerts.links import Called
from incidents.alerts.models import Alert
from incidents.cases.models import Incident, TimelineEntry
from tests.governance.channels.receiver import Receiver
from tests.incidents.alerts.conftest import alert, chat, clock, incident, path, receiver, surface

__all__ = ["alert", "chat", "clock", "incident", "path", "receiver", "surface"]


@pytest.fixture
def link(alert: Alert) -> str:
    """The link in the mail that Ben got."""
    jobs.run_pending()
    found = re.search(r"https://plumbline\.example\.org(/alerts/answer/\S+)", mail.outbox[0].body)
    assert found is not None
    return found[1]


def test_whoever_was_called_answers_without_signing_in(
    alert: Alert, incident: Incident, link: str, receiver: Receiver, world: Any, clock: Any
) -> None:
    client = Client(enforce_csrf_checks=True)
    shown = client.get(link)
    page = shown.content.decode()
    assert shown.status_code == 200 and incident.title in page and "I have it" in page and "Ben Okafor" in page
    # With no-referrer a browser would send the button's post with the origin "null", which is refused.
    assert (shown["Cache-Control"], shown["Referrer-Policy"]) == ("no-store", "same-origin")
    client.head(link)
    alert.refresh_from_db()
    assert alert.state == "firing", "programs look at links before people do"
    assert client.post(link).status_code == 403, "the button stands on our page only"
    done = client.post(link, {"csrfmiddlewaretoken": client.cookies["csrftoken"].value})
    assert "You have it now, Ben Okafor" in done.content.decode()
    alert.refresh_from_db()
    incident.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, incident.owner) == ("acknowledged", world.ben, world.ben)
    assert incident.acknowledged_at is not None
    assert TimelineEntry.objects.filter(incident=incident, author=world.ben, kind="state").exists()
    kinds = set(Entry.objects.filter(actor_ref=world.ben.ref).values_list("kind", flat=True))
    assert {"incident.acknowledged", "alert.acknowledged"} <= kinds
    jobs.run_pending()
    assert receiver.taken[-1].json["text"].startswith("Acknowledged: ")
    again = client.get(link).content.decode()
    assert "You have it since" in again and "I have it</button>" not in again


def test_a_second_one_is_told_who_has_it(alert: Alert, link: str, incident: Incident, world: Any, client_as: Any) -> None:
    assert "You have it now" in client_as(world.noor).post(link).content.decode(), "whoever is signed in answers, as themselves"
    refused = Client().post(link)
    assert refused.status_code == 403 and "Noor Haddad has it" in refused.content.decode()
    incident.refresh_from_db()
    assert incident.owner == world.noor


def test_the_link_in_a_channel_asks_who_one_is(
    alert: Alert, link: str, receiver: Receiver, incident: Incident, world: Any, client_as: Any
) -> None:
    button = receiver.taken[0].json["blocks"][-1]["elements"][0]["url"].removeprefix("https://plumbline.example.org")
    asked = Client().get(button)
    assert asked.status_code == 302 and asked["Location"].startswith("/accounts/login/?next=/alerts/answer/")
    assert Client().post(button).status_code == 302
    assert client_as(world.marta).get(button).status_code == 404, "who cannot see the incident is shown nothing of it"
    assert client_as(world.aud).post(button).status_code == 403
    incident.refresh_from_db()
    assert incident.acknowledged_at is None
    assert "You have it now, Noor Haddad" in client_as(world.noor).post(button).content.decode()


def test_what_is_no_link_of_ours_or_too_old_opens_nothing(alert: Alert, link: str, world: Any, clock: Any) -> None:
    stranger = links.link(Called(alert.pk, "p", world.tomas.pk))
    nowhere = links.link(Called(alert.pk + 1, "p", world.ben.pk))
    for address in (f"{link[:-3]}x/", "/alerts/answer/nothing/", stranger, nowhere):
        assert Client().get(address).status_code == 404, address
    User.objects.filter(pk=world.ben.pk).update(is_active=False)
    assert Client().get(link).status_code == 404, "who has left answers nothing"
    User.objects.filter(pk=world.ben.pk).update(is_active=True)
    clock.shift(timedelta(hours=25))
    late = Client().get(link)
    assert late.status_code == 404 and "day is over" in late.content.decode()


def test_what_is_over_needs_no_answer(alert: Alert, link: str, incident: Incident) -> None:
    moment = incident.reported_at
    Incident.objects.filter(pk=incident.pk).update(state="resolved", severity="SEV4", triaged_at=moment, resolved_at=moment)
    page = Client().get(link).content.decode()
    assert "It is over" in page and "I have it</button>" not in page
