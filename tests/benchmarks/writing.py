"""Writing: create and update through an action and REST against bare DRF with history; the ledger's share of it."""

import itertools
import time
from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from rest_framework import serializers
from rest_framework.test import APIClient
from simple_history.models import HistoricalRecords

from governance.ledger import journal
from governance.people.models import User
from registry.surfaces import actions
from registry.surfaces.models import Surface
from tests.benchmarks.measuring import Figure, in_turns

RUNS = 60


class BareSurface(models.Model):
    """The same fields with simple-history alone: what one has without us."""

    name = models.CharField(max_length=400)
    purpose = models.TextField(blank=True)
    team = models.ForeignKey("governance.Team", null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("governance.User", null=True, on_delete=models.PROTECT, related_name="+")
    pattern = models.CharField(max_length=20, blank=True)
    tier = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=12, default="idea")
    topic = models.CharField(max_length=200, blank=True)
    attributes = models.JSONField(default=dict)
    history = HistoricalRecords()

    class Meta:
        app_label = "registry"


class BareInput(serializers.ModelSerializer[Any]):
    """REST framework's own way to write it."""

    class Meta:
        model = BareSurface
        fields = ("name", "purpose", "team", "owner", "pattern", "tier", "state", "topic", "attributes")


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Measure and yield the figures of writing."""
    actor = User.objects.get(email="ada@example.org")
    team, numbers = company["teams"][0], itertools.count()
    surface = company["surfaces"][0]
    bare = BareSurface.objects.create(name="Bare", team=team, owner=actor)

    def bare_create() -> None:
        data = {"name": f"Bare {next(numbers)}", "purpose": "p", "team": team.pk, "owner": actor.pk, "tier": 1}
        with transaction.atomic():
            written = BareInput(data=data)
            written.is_valid(raise_exception=True)
            written.save()

    def bare_update() -> None:
        with transaction.atomic():
            row = BareSurface.objects.select_related("owner", "team").get(pk=bare.pk)
            written = BareInput(row, data={"topic": f"t{next(numbers)}"}, partial=True)
            written.is_valid(raise_exception=True)
            written.save()

    def create() -> None:
        actions.register(actor=actor, name=f"Made {next(numbers)}", purpose="p", team=team, owner=actor, tier=1)

    def update() -> None:
        actions.edit(Surface.objects.get(pk=surface.pk), actor=actor, topic=f"t{next(numbers)}")

    client, ledger = APIClient(), _Share()
    client.force_login(actor)

    def request() -> None:
        answer = client.post("/api/v1/surfaces", {"name": f"Sent {next(numbers)}", "tier": 1}, format="json")
        assert answer.status_code == 201, answer.content

    works = {"bare create": bare_create, "create": create, "bare update": bare_update, "update": update}
    found = in_turns({**works, "request": ledger.of(request)}, runs=RUNS)
    for name in ("create", "update"):
        ours, base = found[name], found[f"bare {name}"]
        ratio = ours.median / base.median
        note = f"{ours.queries} queries"
        yield Figure(f"{name.capitalize()} through an action", ours.median, "ms", base.median, "<= 3x", ratio <= 3, note)
    yield Figure("Ledger append, share of a REST create", ledger.percent, "%", target="<= 10 %", holds=ledger.percent <= 10)


class _Share:
    """How much of an action's time goes into writing its entries."""

    def __init__(self) -> None:
        self.ledger = self.whole = 0.0

    def of(self, work: Any) -> Any:
        """Return the work with both times taken."""
        write = journal.write

        def timed_write(opened: Any) -> None:
            started = time.perf_counter()
            write(opened)
            self.ledger += time.perf_counter() - started

        def timed() -> None:
            journal.write = timed_write
            started = time.perf_counter()
            try:
                work()
            finally:
                journal.write = write
                self.whole += time.perf_counter() - started

        return timed

    @property
    def percent(self) -> float:
        """The share in percent."""
        return 100 * self.ledger / self.whole if self.whole else 0.0
