"""What the screens say is enough: following each next step turns a surface from red to green."""

from typing import Any

from registry.changes import actions as changes
from registry.controls import following, queries
from registry.controls.models import ControlResult, Status
from tests.registry.building import CONTRACT, RECORD, contract_for, make_catalog, make_surface, mend, paperwork


def test_following_what_is_said_clears_a_tier_two_surface(world: Any) -> None:
    make_catalog(actor=world.ada, owner=world.daniel)
    surface = make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=2)
    logged = [*CONTRACT["auditability"]["fields"], "trace", "retrieval_sources", "safety_signals"]
    contract = contract_for(world.noor, auditability={**CONTRACT["auditability"], "fields": logged})
    assert len(queries.standing(surface, contract=contract).unmet_blocking) > 5
    paperwork(surface, contract, actor=world.rosa)
    assert queries.standing(surface, contract=contract).unmet == []


def test_what_is_kept_follows_every_kind_of_paper(world: Any) -> None:
    make_catalog(actor=world.ada, owner=world.daniel)
    surface = make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=2)
    logged = [*CONTRACT["auditability"]["fields"], "trace", "retrieval_sources", "safety_signals"]
    contract = contract_for(world.noor, auditability={**CONTRACT["auditability"], "fields": logged})
    changes.propose(surface, actor=world.noor, title="First", why="In use.", contract=contract, record=RECORD)
    following.follow(lambda *said: None)
    for result in queries.standing(surface).unmet:
        mend(result, surface, contract, actor=world.rosa)
        following.follow(lambda *said: None)
        kept = ControlResult.objects.get(surface=surface, control=result.key)
        assert kept.status == Status.MET, f"{result.title}: {kept.why}"
