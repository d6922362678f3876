"""What the screens say is enough: following each next step turns a surface from red to green."""

from typing import Any

from registry.controls import queries
from tests.registry.building import CONTRACT, contract_for, make_catalog, make_surface, paperwork


def test_following_what_is_said_clears_a_tier_two_surface(world: Any) -> None:
    make_catalog(actor=world.ada, owner=world.daniel)
    surface = make_surface(actor=world.ada, owner=world.noor, team=world.team("claims"), tier=2)
    logged = [*CONTRACT["auditability"]["fields"], "trace", "retrieval_sources", "safety_signals"]
    contract = contract_for(world.noor, auditability={**CONTRACT["auditability"], "fields": logged})
    assert len(queries.standing(surface, contract=contract).unmet_blocking) > 5
    paperwork(surface, contract, actor=world.rosa)
    assert queries.standing(surface, contract=contract).unmet == []
