"""What was received in an hour is sealed once it is over, and can be computed again from its rows."""

from datetime import timedelta
from typing import Any

import time_machine

from governance.core import clock
from governance.ledger.models import Entry
from registry.surfaces.models import Surface
from registry.usage.matching import book
from registry.usage.models import Observation, SealedHour, UsageAlias, UsageBatch, UsagePath
from registry.usage.rematching import job as rematching
from registry.usage.sealing import hours
from tests.registry.usage.observing import call, deliver


def sealed_hour() -> SealedHour:
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        [sealed] = hours.seal_due()
        assert hours.seal_due() == []
    return sealed


def test_an_hour_is_sealed_once_it_is_over(world: Any, live: Surface) -> None:
    deliver([call(claim=live.key), call(claim=live.key, error="time'out | 5\x1f", outcome=2)])
    deliver([call(claim=live.key)])
    assert hours.seal_due() == []

    sealed = sealed_hour()

    assert (sealed.batches, sealed.observations) == (2, 3)
    entry = Entry.objects.get(kind="usage.hour_sealed")
    assert sealed.digest in entry.body
    assert hours.check_hour(sealed)[0].holds is True


def test_a_changed_observation_is_found_and_named(world: Any, live: Surface) -> None:
    deliver([call(claim=live.key)])
    deliver([call(claim=live.key)])
    sealed = sealed_hour()
    batch = UsageBatch.objects.order_by("pk").last()
    assert batch is not None
    Observation.objects.filter(batch=batch).update(tokens_out=9)

    checked, wrong = hours.check_hour(sealed)

    assert (checked.holds, wrong) == (False, [batch.pk])
    assert hours.check_batch(batch).holds is False


def test_what_was_let_go_is_said_and_never_called_wrong(world: Any, live: Surface) -> None:
    deliver([call(claim=live.key), call(claim=live.key)])
    sealed = sealed_hour()
    Observation.objects.all().delete()

    checked, wrong = hours.check_hour(sealed)

    assert (checked.holds, checked.gone, wrong) == (None, 2, [])


def test_matching_again_breaks_no_seal(world: Any, live: Surface) -> None:
    deliver([call(classes=("internal",)), call()])
    sealed = sealed_hour()
    UsageAlias.objects.bulk_create([UsageAlias(attribute="service", value="claims-triage", surface=live)])
    book.forget()
    assert rematching.match_again(UsagePath.objects.all(), "alias")["calls"] == 2

    assert hours.check_hour(sealed)[0].holds is True
