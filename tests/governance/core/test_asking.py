"""Questions that are asked together: the same answers as one by one, in one statement, and only while one page is read."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import BooleanField, Case, F, Prefetch, Value, When, Window
from django.db.models.functions import RowNumber
from django.test.utils import CaptureQueriesContext

from governance.core import clock
from governance.core.asking import asked, foretell
from governance.core.reading import one_reading
from governance.people.models import Holding, Position, Team, User
from governance.policy.models import DataClass, PolicyVersion, Tier
from registry.catalog.models import Endpoint

pytestmark = pytest.mark.django_db


def _questions():
    now, shown = clock.now(), Case(When(is_active=True, then=Value(True)), default=Value(False), output_field=BooleanField())
    held = Holding.objects.order_by().values_list("position__key", "starts_on")
    return [
        User.objects.select_related("team__lead").order_by("-name", "pk"),
        User.objects.annotate(shown=shown, at=F("created_at")).values_list("pk", "shown", "at").order_by("-pk")[:3],
        User.objects.annotate(place=Window(RowNumber(), [F("role")], [F("pk").desc()])).filter(place=1).order_by("pk"),
        PolicyVersion.objects.filter(effective_at__lte=now),
        Tier.objects.all(),
        DataClass.objects.values_list("key", flat=True),
        held.union(Team.objects.order_by().values_list("key", "created_at__date"), all=True),
        Position.objects.filter(pk__in=[]),
        Endpoint.objects.defer("notes").select_related("vendor"),
        Team.objects.prefetch_related(Prefetch("members", User.objects.order_by("pk"))),
    ]


def _told(rows):
    return [_object(row) if hasattr(row, "_state") else row for row in rows]


def _object(row):
    fetched = {name: list(rows) for name, rows in getattr(row, "_prefetched_objects_cache", {}).items()}
    return vars(row) | {"_state": row._state.fields_cache, "_prefetched_objects_cache": fetched}


def test_what_is_told_is_the_same_as_asked_one_by_one(world):
    one_by_one = [_told(list(each)) for each in _questions()]
    with one_reading():
        foretell(_questions())
        together = [_told(asked(each)) for each in _questions()]
    assert sum(map(bool, one_by_one)) >= 6, "the world is too empty to tell"
    assert together == one_by_one


def test_many_questions_are_one_statement_however_often_they_are_asked(world):
    wanted = [Tier.objects.all(), User.objects.order_by("pk"), Position.objects.all()]
    with one_reading(), CaptureQueriesContext(connection) as seen:
        foretell(wanted)
        foretell(wanted)
        found = [asked(each.all()) for each in wanted + wanted]
    assert len(seen) == 1
    assert found[1] == found[4] and found[1][0] is not found[4][0], "each asker has rows of their own"


def test_what_was_not_foretold_is_asked(world):
    with one_reading(), CaptureQueriesContext(connection) as seen:
        foretell([Tier.objects.all()])
        assert asked(Tier.objects.filter(number__gte=3)) == list(Tier.objects.filter(number__gte=3))
    assert len(seen) == 2, "what nobody asked is not read, either"


def test_nothing_is_foretold_to_an_action(world):
    with CaptureQueriesContext(connection) as seen:
        foretell([Tier.objects.all()])
    assert len(seen) == 0
    tier = asked(Tier.objects.all())[0]
    Tier.objects.filter(pk=tier.pk).update(name="Renamed")
    assert asked(Tier.objects.all())[0].name == "Renamed"


def test_moments_and_amounts_keep_their_kind(world):
    made = Endpoint.objects.order_by("pk").first()
    if made is not None:
        Endpoint.objects.filter(pk=made.pk).update(input_price=Decimal("0.1200"))
    with one_reading():
        foretell([User.objects.all(), Endpoint.objects.all()])
        person = asked(User.objects.all())[0]
        assert person.created_at.utcoffset() == timedelta(0)
        assert person.is_active is User.objects.get(pk=person.pk).is_active
        assert [each.input_price for each in asked(Endpoint.objects.all())] == [e.input_price for e in Endpoint.objects.all()]
