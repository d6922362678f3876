"""What is stored moves to where it belongs, with its sums, exactly, when what it rests on changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from governance.core import clock
from governance.core.models import Job
from governance.ledger.models import Entry
from registry.surfaces.models import Surface
from registry.usage.matching import book
from registry.usage.models import Observation, UsageAlias, UsageDay, UsageHour, UsagePath
from registry.usage.rematching import job as rematching
from tests.registry.usage.observing import call, deliver


def again(**args: Any) -> dict[str, Any]:
    """Run the job as a worker does."""
    return rematching.run(Job(kind="usage.rematch", args=args), lambda *told: None)


def calls_of(model: Any, **where: Any) -> int:
    return sum(model.objects.filter(**where).values_list("calls", flat=True))


def alias(live: Surface, value: str = "claims-triage") -> None:
    """As the sources' room writes one; the facts of this process are read again."""
    UsageAlias.objects.bulk_create([UsageAlias(attribute="service", value=value, surface=live)])
    book.forget()


def test_unknown_calls_are_found_by_a_name_that_is_learned_later(world: Any, live: Surface) -> None:
    deliver([call(), call(), call(service="other")])
    [old] = UsagePath.objects.filter(service="claims-triage")
    alias(live)

    done = rematching.match_again(UsagePath.objects.all(), "usage_alias.made")

    assert (done["calls"], done["paths"], done["whole_hours"]) == (2, 1, 0)
    [new] = UsagePath.objects.filter(surface=live)
    assert (new.standing, new.matched_by) == ("approved", "service")
    assert set(Observation.objects.values_list("path", flat=True)) == {new.pk, UsagePath.objects.get(service="other").pk}
    assert (calls_of(UsageHour, path=new), calls_of(UsageDay, path=new)) == (2, 2)
    assert (calls_of(UsageHour, path=old), calls_of(UsageDay, path=old)) == (0, 0)
    told = Entry.objects.get(kind="usage.rematched")
    assert told.subject_key == live.key
    assert rematching.match_again(UsagePath.objects.all(), "again")["calls"] == 0


def test_calls_are_split_where_the_revision_changed(world: Any, live: Surface, approve: Callable[..., Any]) -> None:
    first, start = live.in_force_id, live.in_force_since
    assert start is not None
    before = call(start + timedelta(milliseconds=1), claim=live.key)
    deliver([before])
    approve(live, limits={"steps": 4, "tool_calls": 2})
    assert live.in_force_since is not None
    late = call(start + timedelta(milliseconds=2), claim=live.key)
    deliver([late, call(live.in_force_since + timedelta(milliseconds=1), claim=live.key)])

    by_revision = dict(UsagePath.objects.values_list("revision", "days__calls"))
    assert by_revision == {first: 2, live.in_force_id: 1}


def test_a_race_is_put_right(world: Any, live: Surface) -> None:
    deliver([call(claim=live.key), call(claim=live.key)])
    right = UsagePath.objects.get()
    wrong = UsagePath.objects.create(
        digest="0" * 64, standing="not_approved", made_at=clock.now(), claim=live.key, **_seen(right), matched_by="claim"
    )
    Observation.objects.update(path=wrong)
    UsageHour.objects.update(path=wrong)
    UsageDay.objects.update(path=wrong)

    assert again(recent=True)["calls"] == 2
    assert calls_of(UsageDay, path=right) == 2


def test_hours_without_rows_move_whole_and_say_so(world: Any, live: Surface) -> None:
    deliver([call(), call()])
    Observation.objects.all().delete()
    alias(live)

    done = rematching.match_again(UsagePath.objects.all(), "usage_alias.made")

    assert (done["calls"], done["whole_hours"]) == (2, 1)
    assert calls_of(UsageDay, path__surface=live) == 2


def test_the_job_reads_the_ledger_on(world: Any, live: Surface) -> None:
    deliver([call(claim="CRM-77", service="")])
    again()
    assert again() == {"calls": 0}

    from registry.surfaces import actions as surfaces

    surfaces.edit(live, actor=world.noor, external_id="CRM-77")
    assert again()["calls"] == 1
    assert again() == {"calls": 0}


def _seen(path: UsagePath) -> dict[str, Any]:
    names = ("service", "operation", "provider", "model", "region", "carried", "classes", "classes_from")
    return {name: getattr(path, name) for name in names}
