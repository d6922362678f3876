"""A pack tells every finding of its scope as it stood at the checkpoint, and says so again later."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from governance.core import clock
from governance.packs.sections import BUYER, FULL, Window
from governance.people.models import User
from registry.findings import actions
from registry.packing import found
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from tests.registry.findings.test_drawing import seen
from tests.registry.packing.conftest import BUYERS, collected
from tests.registry.usage.observing import call


def window(by: User, surface: Surface, **given: Any) -> Window:
    """A pack's look at one surface, until now, by somebody who sees it or not."""
    now = clock.now()
    today = now.date()
    seen_ = tuple(surfaces.visible_to(by).filter(pk=surface.pk).values_list("pk", flat=True))
    return replace(Window("surfaces", today - timedelta(days=30), today, FULL, now, by, surface_ids=seen_), **given)


def test_a_pack_tells_findings_as_they_stood(world: Any, live: Surface) -> None:
    [finding] = seen(call(claim=live.key, tool="payments.release"))
    before = window(world.rosa, live)
    actions.dismiss(finding, actor=world.noor, reason="Noor tried it.")
    [row] = collected(before, found.SECTION)["findings"]
    assert (row["key"], row["state"], row["owner"], row["surface"]) == (finding.key, "Open", "Noor Haddad", live.key)
    assert row["entry"]
    [row] = collected(window(world.rosa, live), found.SECTION)["findings"]
    assert (row["state"], row["reason"]) == ("Dismissed", "Noor tried it.")
    outside = window(world.rosa, live, edition=BUYER, redact=BUYERS)
    [row] = collected(outside, found.SECTION)["findings"]
    assert "owner" not in row and "Noor" not in str(row)
    assert collected(window(world.ben, live), found.SECTION)["findings"] == []
