"""The bill of materials in a pack: rows for each part, and the CycloneDX file itself, the same bytes at the same checkpoint."""

import json
from collections.abc import Callable

from governance.packs.sections import Window
from registry.bom import bill as bills
from registry.catalog import actions as catalog
from registry.catalog.models import Endpoint
from registry.packing import billed
from registry.surfaces.models import Surface
from tests.registry.packing.conftest import BUYERS, collected
from tests.world import World


def test_each_part_is_a_row_and_the_file_is_among_the_evidence(
    world: World, surface: Surface, look: Callable[..., Window]
) -> None:
    looked = look()
    rows = {row["part"]: row for row in collected(looked, billed.SECTION)["bill-of-materials"]}
    assert rows["model:meridian/meridian-2.1-large"]["supplier"] == "Meridian AI"
    assert rows["endpoint:meridian-large-eu"]["region"] == "eu-central"
    assert rows[f"surface:{surface.key}"]["sha256"]
    (file,) = billed.files(looked)
    with file.open() as opened:
        body = opened.read()
    assert (len(body), file.media_type) == (file.size, bills.MEDIA_TYPE)
    told = json.loads(body)
    assert told["metadata"]["timestamp"] == looked.as_of.isoformat()
    assert any(each["bom-ref"] == f"surface:{surface.key}" for each in told["components"])


def test_what_changes_after_the_checkpoint_changes_nothing(world: World, surface: Surface, look: Callable[..., Window]) -> None:
    looked = look()
    (before,) = billed.files(looked)
    catalog.change_item(Endpoint.objects.get(key="meridian-large-eu"), actor=world.rosa, region="us-east")
    (after,) = billed.files(looked)
    assert after.sha256 == before.sha256


def test_a_buyer_reads_no_name_of_a_person(world: World, surface: Surface, look: Callable[..., Window]) -> None:
    (file,) = billed.files(look(redact=BUYERS))
    with file.open() as opened:
        said = opened.read().decode()
    assert world.noor.name not in said
    assert "You sort claims" not in said
