"""The AI Incident Database goes in and out again, with its dates, descriptions and parties, and calls nobody."""

from datetime import date
from typing import Any

import pytest

from governance.core import jobs
from governance.core.errors import Denied
from governance.ledger.models import Entry
from incidents.alerts.models import Alert
from incidents.cases.models import Incident, TimelineEntry
from incidents.clocks.models import Clock
from registry.imports import actions
from tests.registry.imports.conftest import DATA, bring, take_in  # noqa: F401 - fixtures

AIID = DATA / "aiid-incidents-2025-03.csv"
FEW = (
    b"Incident ID,Date,Title,Description,Surface,Category,Deployer,Near miss,Team room\n"
    b"7,2024-03-05,Wrong queue,It sorted a claim wrong.,Claims triage,Hallucination,halden,yes,2nd floor\n"
    b"8,2031-01-01,From the future,It will go wrong.,,,,,\n"
    b"9,,No day,Nobody knows when.,Unknown thing,,,,\n"
)


@pytest.mark.skipif(not AIID.exists(), reason="the real file is not beside the repository")
def test_the_real_file_goes_in_and_out(world: Any, take_in: Any) -> None:  # noqa: F811
    batch = take_in(AIID.read_bytes(), world.rosa, target="incidents", name=AIID.name)
    assert (batch.state, batch.counts["applied"], batch.counts["refused"]) == ("committed", 989, 0)
    assert Incident.objects.filter(source="import", state="closed").count() == 989
    uber = Incident.objects.get(source_ref="4")
    assert uber.title == "Uber AV Killed Pedestrian in Arizona"
    assert uber.occurred_at is not None and uber.occurred_at.date() == uber.reported_at.date() == date(2018, 3, 18)
    assert uber.what.startswith("An Uber autonomous vehicle")
    assert uber.parties["deployer"] == uber.parties["developer"] == ["uber"]
    assert uber.parties["harmed"] == ["elaine-herzberg", "pedestrians"]
    assert uber.parties["reports"][0].startswith("[629,630,631")
    assert Entry.objects.filter(kind="incident.imported").count() == 989 == Incident.history.count()
    assert not (Alert.objects.exists() or Clock.objects.exists() or TimelineEntry.objects.exists())
    actions.ask_undo(batch, actor=world.rosa)
    jobs.run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.counts["removed"], Incident.objects.count()) == ("undone", 989, 0)


def test_rows_name_what_is_here_and_come_twice_as_one(world: Any, surface: Any, take_in: Any) -> None:  # noqa: F811
    batch = take_in(FEW, world.rosa, target="incidents", name="past.csv")
    assert (batch.counts["applied"], batch.counts["refused"]) == (2, 1)
    seven, nine = Incident.objects.order_by("source_ref")
    assert (seven.surface, seven.category, seven.near_miss, seven.owner) == (surface, "hallucination", True, world.rosa)
    assert seven.parties["Team room"] == ["2nd floor"]
    assert nine.parties["Surface"] == ["Unknown thing"] and nine.surface is None
    again = take_in(FEW.replace(b"It sorted a claim wrong.", b"It sorted two."), world.rosa, target="incidents", name="b.csv")
    assert again.counts["changed"] == 1 and Incident.objects.count() == 2
    seven.refresh_from_db()
    assert seven.what == "It sorted two."


def test_past_incidents_are_taken_over_by_who_governs(world: Any, bring: Any) -> None:  # noqa: F811
    with pytest.raises(Denied):
        bring(FEW, world.noor, target="incidents", name="past.csv")
