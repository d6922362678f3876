"""Access reviews: what is held is written down, each line is confirmed or really taken away, and the whole is sealed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.accessreviews import actions, queries, scheduling, sources
from governance.accessreviews.models import AccessDecision, AccessLine, AccessReview
from governance.core import clock, company, digest
from governance.core.errors import Conflict, Denied, Invalid, PlumblineError, StaleState
from governance.ledger import check
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.people.models import ApiToken, Holding, User
from governance.policy import queries as policy
from registry.surfaces import actions as surfaces
from registry.surfaces.models import SurfaceUserObjectPermission
from tests.registry.building import make_catalog, make_surface

API = "/api/v1/access-reviews"


@pytest.fixture
def review(world: Any) -> AccessReview:
    """A review of the world's accounts, with a token, a delegation and a share."""
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    surfaces.share(surface, actor=world.noor, with_=world.jun)
    people.create_token(
        actor=world.noor,
        owner=world.noor,
        name="Mine",
        scopes_wanted=["registry:read"],
        expires_at=clock.now() + timedelta(days=9),
    )
    return actions.open_review(actor=world.rosa)


def line(review: AccessReview, source: str, person: User) -> AccessLine:
    return queries.lines(review).filter(source=source, person=person).first()


def settle(review: AccessReview, world: Any) -> None:
    """Confirm every line that is left, each by somebody whom it is not about."""
    for each in list(queries.left(review)):
        actions.confirm(each, actor=world.ada if each.person_id != world.ada.pk else world.rosa)


def test_everything_that_is_held_is_written_down(world: Any, review: AccessReview) -> None:
    found = {(each.source, each.person.ref if each.person else "") for each in review.lines.select_related("person")}
    assert ("accounts", world.ben.ref) in found and ("accounts", world.bot.ref) in found
    assert ("roles", world.ada.ref) in found and ("roles", world.noor.ref) not in found
    assert ("tokens", world.noor.ref) in found and ("shares", world.jun.ref) in found
    assert any(source == "positions" for source, _ in found) and any(source == "seats" for source, _ in found)
    assert ("accounts", world.system.ref) not in found
    assert set(sources.labels()) >= {
        "accounts",
        "roles",
        "seats",
        "positions",
        "delegations",
        "tokens",
        "shares",
        "guests",
        "room_links",
    }
    opened = Entry.objects.get(kind="access_review.opened")
    assert f'"lines":{review.lines.count()}' in opened.body and "Noor" not in opened.body
    with pytest.raises(Conflict, match="open already"):
        actions.open_review(actor=world.ada)


def test_revoking_really_takes_it_away(world: Any, review: AccessReview) -> None:
    token, share = line(review, "tokens", world.noor), line(review, "shares", world.jun)
    with pytest.raises(Invalid, match="Say why"):
        actions.revoke(token, actor=world.ada, reason=" ")
    actions.revoke(token, actor=world.ada, reason="Not used any more.")
    actions.revoke(share, actor=world.ada, reason="Moved on.")
    assert not ApiToken.objects.filter(user=world.noor, revoked_at=None).exists()
    assert not SurfaceUserObjectPermission.objects.filter(user=world.jun).exists()
    position = queries.lines(review).filter(source="positions").exclude(person=world.ada).first()
    actions.revoke(position, actor=world.ada, reason="Two are enough.")
    assert not Holding.objects.all().on(clock.today()).filter(pk=int(position.held_id)).exists()
    seat = line(review, "seats", world.noor)
    actions.revoke(seat, actor=world.ada, reason="Moved on.")
    assert User.objects.get(pk=world.noor.pk).team is None
    role = line(review, "roles", world.ingrid)
    actions.revoke(role, actor=world.ada, reason="Moved on.")
    assert User.objects.get(pk=world.ingrid.pk).role == "member"
    actions.revoke(line(review, "accounts", world.ben), actor=world.ada, reason="Left.")
    assert not User.objects.get(pk=world.ben.pk).is_active
    with pytest.raises(Conflict, match="gone already"):
        actions.confirm(token, actor=world.ada)
    assert queries.tally(review)["revoked"] == 6
    kinds = Entry.objects.filter(kind="access_review.decided").count()
    assert kinds == 6 and Entry.objects.filter(kind="token.revoked").exists()


def test_nobody_decides_their_own_and_what_is_refused_stays(world: Any, review: AccessReview) -> None:
    own = line(review, "roles", world.rosa)
    with pytest.raises(Denied, match="about you"):
        actions.confirm(own, actor=world.rosa)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        columns = "(line_id, verdict, by_id, reason, at)"
        cursor.execute(
            f"INSERT INTO governance_accessdecision {columns} VALUES (%s, 'confirmed', %s, '', %s)",
            [own.pk, world.rosa.pk, clock.now()],
        )
    for person in (world.noor, world.aud, world.gus):
        with pytest.raises(Denied):
            actions.confirm(own, actor=person)
        with pytest.raises(Denied):
            actions.open_review(actor=person)
    token = line(review, "tokens", world.noor)
    with pytest.raises(Denied):  # a risk officer may not revoke another's token
        actions.revoke(token, actor=world.rosa, reason="Old.")
    assert ApiToken.objects.filter(user=world.noor, revoked_at=None).exists() and queries.tally(review)["revoked"] == 0
    last = line(review, "roles", world.ada)
    with pytest.raises(PlumblineError):
        actions.revoke(last, actor=world.rosa, reason="Too many.")
    assert User.objects.get(pk=world.ada.pk).role == "administrator"


def test_it_is_closed_with_the_digest_of_all_that_was_decided(world: Any, review: AccessReview) -> None:
    with pytest.raises(Denied, match="not decided yet"):
        actions.close(review, actor=world.rosa)
    people.deactivate(world.ben, actor=world.ada)
    left = [each for each in queries.left(review) if each.person_id != world.ben.pk]
    for each in left:
        actions.confirm(each, actor=world.ada if each.person_id != world.ada.pk else world.rosa)
    with pytest.raises(StaleState):
        actions.close(review, actor=world.rosa, expected_version=review.version + 1)
    done = actions.close(review, actor=world.rosa)
    assert done.digest == digest.digest(queries.content(done)) and len(done.digest) == 64
    counts = queries.tally(done)
    assert counts["gone"] >= 1 and counts["left"] == 0 and counts["confirmed"] == len(left)
    entry = Entry.objects.get(kind="access_review.closed")
    assert done.digest in entry.body and all(each.ok for each in check.entry(entry))
    assert queries.last_closed() == done
    with pytest.raises(StaleState):
        actions.confirm(left[0], actor=world.ada)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_accessreview SET state = 'open' WHERE id = %s", [done.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessDecision.objects.filter(line=left[0]).delete()


def test_the_schedule_opens_one_when_it_is_due(world: Any, freeze: Any) -> None:
    run = lambda: scheduling.run(None, lambda *said: None)  # noqa: E731 - called many times below
    every = policy.proof_rules().access_review.every_days
    traveller = freeze(company.current().founded_at + timedelta(days=every - 1))
    assert run() == {}
    traveller.shift(timedelta(days=1))
    review = AccessReview.objects.get(pk=int(run()["review"].removeprefix("AR-")))
    assert review.scheduled and review.reviewer == world.rosa and run() == {}
    settle(review, world)
    actions.close(review, actor=world.rosa)
    assert run() == {}
    traveller.shift(timedelta(days=every))
    assert run()


def test_it_is_handed_over_or_called_off(world: Any, review: AccessReview) -> None:
    with pytest.raises(Invalid) as refused:
        actions.hand_over(review, actor=world.rosa, to=world.noor)
    assert set(refused.value.fields) == {"reviewer"}
    assert actions.hand_over(review, actor=world.rosa, to=world.ada).reviewer == world.ada
    with pytest.raises(Invalid):
        actions.cancel(review, actor=world.ada, reason=" ")
    assert actions.cancel(review, actor=world.ada, reason="Opened in error.").state == "cancelled"
    assert actions.open_review(actor=world.ada).pk != review.pk


def test_the_pages_say_it(world: Any, review: AccessReview, client_as: Any) -> None:
    rosa, ada = client_as(world.rosa), client_as(world.ada)
    with CaptureQueriesContext(connection) as seen:
        page = rosa.get(review.get_absolute_url()).content.decode()
    assert "lines are left" in page and "Wide roles" in page and len(seen) <= 15
    assert "Who may do what" in rosa.get("/inbox/").content.decode() or "Who may do what" in rosa.get("/").content.decode()
    lines = reverse("access-lines") + "?open=true&verdict=undecided"
    assert "Token" in ada.get(lines).content.decode()
    token, account = line(review, "tokens", world.noor), line(review, "accounts", world.ben)
    assert ada.post(reverse("access-line-confirm", args=[review.key, account.pk])).status_code == 302
    asked = ada.get(reverse("access-line-revoke", args=[review.key, token.pk])).content.decode()
    assert "The token stops." in asked
    gone = ada.post(reverse("access-line-revoke", args=[review.key, token.pk]), {"reason": "Old."})
    assert gone.status_code == 302 and not ApiToken.objects.filter(user=world.noor, revoked_at=None).exists()
    picked = [each.pk for each in queries.left(review).exclude(person=world.ada)[:3]]
    bulk = reverse("access-lines-bulk", args=["confirm"])
    assert "Confirmed" in ada.post(bulk, {"pick": picked}).content.decode()
    ada.post(bulk, {"pick": picked, "stage": "do"})
    assert not queries.left(review).filter(pk__in=picked).exists()
    assert client_as(world.aud).get(review.get_absolute_url()).status_code == 200
    assert client_as(world.aud).get(reverse("access-review-new")).status_code == 403
    noor = client_as(world.noor)
    assert noor.get(review.get_absolute_url()).status_code == 404
    assert noor.get(reverse("access-reviews")).status_code == 403 and noor.get(reverse("access-lines")).status_code == 403
    settle(review, world)
    close = reverse("access-review-close", args=[review.key])
    assert rosa.post(close, {"version": review.version}).status_code == 302
    assert AccessReview.objects.get().state == "closed"
    given = {"reviewer": world.rosa.pk, "due_on": clock.today()}
    assert rosa.post(reverse("access-review-new"), given).status_code == 302


def test_lists_take_as_many_queries_for_many(world: Any, review: AccessReview, client_as: Any) -> None:
    rosa = client_as(world.rosa)
    rosa.get(reverse("access-lines"))
    counts = []
    for query in (f"?review={review.pk}&source=tokens", f"?review={review.pk}"):
        with CaptureQueriesContext(connection) as seen:
            assert rosa.get(reverse("access-lines") + query).status_code == 200
        counts.append(len(seen))
    assert counts[1] <= counts[0] <= 15


def test_by_rest(world: Any, review: AccessReview, api_as: Any) -> None:
    ada = api_as(world.ada)
    listed = ada.get(f"{API}/{review.key}/lines?verdict=undecided&source=tokens").json()["results"]
    (token,) = [each for each in listed if each["person"] == world.noor.ref]
    body = {"line": token["id"], "verdict": "revoked"}
    assert ada.post(f"{API}/{review.key}/decisions", body, format="json").status_code == 400
    done = ada.post(f"{API}/{review.key}/decisions", body | {"reason": "Old."}, format="json")
    assert done.status_code == 200, done.content
    assert not ApiToken.objects.filter(user=world.noor, revoked_at=None).exists()
    assert ada.post(f"{API}/{review.key}/closure", {}, format="json").status_code == 403
    assert ada.post(API, {}, format="json").status_code == 409
    assert api_as(world.noor).get(f"{API}/{review.key}").status_code == 404
    assert api_as(world.aud).post(f"{API}/{review.key}/decisions", body, format="json").status_code == 403
    off = ada.post(f"{API}/{review.key}/cancellation", {"reason": "Opened in error."}, format="json")
    assert off.json()["state"] == "cancelled"
    assert ada.post(API, {"reviewer": world.rosa.ref}, format="json").status_code == 201
