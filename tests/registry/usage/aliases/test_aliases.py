"""Aliases: whoever keeps a thing says which names mean it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.ledger.models import Entry
from registry.catalog.models import Endpoint
from registry.surfaces.models import Surface
from registry.usage.aliases import actions, queries
from registry.usage.models import UsageAlias
from tests.registry.building import make_surface

URL = "/api/v1/usage-aliases"


def test_said_moved_and_taken_back_by_who_keeps_the_thing(world: Any, live: Surface) -> None:
    with pytest.raises(Denied):
        actions.make(actor=world.ben, attribute="service", value="claims-prod", surface=live)
    alias = actions.make(actor=world.noor, attribute="service", value=" claims-prod ", surface=live)
    assert (alias.value, alias.surface) == ("claims-prod", live)
    with pytest.raises(Conflict):
        actions.make(actor=world.noor, attribute="service", value="claims-prod", surface=live)
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Claims letters")
    actions.move(alias, actor=world.noor, surface=other, expected_version=alias.version)
    with pytest.raises(StaleState):
        actions.move(alias, actor=world.noor, surface=live, expected_version=1)
    with pytest.raises(Denied):
        actions.remove(alias, actor=world.ben)
    actions.remove(alias, actor=world.noor)
    assert not UsageAlias.objects.exists()
    kinds = Entry.objects.filter(subject_type="registry.usagealias").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["usage.alias_made", "usage.alias_moved", "usage.alias_removed"]


def test_a_models_name_means_an_endpoint_and_every_other_a_surface(world: Any, live: Surface) -> None:
    endpoint = Endpoint.objects.get()
    alias = actions.make(actor=world.noor, attribute="model", value="claims-large", endpoint=endpoint)
    for attribute, given in (
        ("model", {"surface": live}),
        ("service", {"endpoint": endpoint}),
        ("mood", {"surface": live}),
        ("agent", {}),
    ):
        with pytest.raises(Invalid):
            actions.make(actor=world.rosa, attribute=attribute, value="x", **given)
    assert queries.get(world.ben, alias.key) == alias
    with pytest.raises(NotVisible):
        queries.get(world.gus, alias.key)


def test_pages_and_rest(world: Any, live: Surface, client_as: Callable[..., Client], api_as: Callable[..., APIClient]) -> None:
    client = client_as(world.noor)
    assert "No aliases yet" in client.get(reverse("usage-aliases")).content.decode()
    sent = {"attribute": "service", "value": "claims-prod", "surface": live.key}
    assert client.post(reverse("usage-alias-new"), sent).status_code == 302
    assert client.post(reverse("usage-alias-new"), sent).status_code == 409
    alias = UsageAlias.objects.get()
    assert live.name in client.get(reverse("usage-aliases")).content.decode()
    assert client_as(world.aud).get(reverse("usage-alias", args=[alias.key])).status_code == 403
    assert client_as(world.ben).get(reverse("usage-alias", args=[alias.key])).status_code == 404
    assert client.post(reverse("usage-alias", args=[alias.key]), {"surface": live.key}).status_code == 302
    assert client.post(reverse("usage-alias-remove", args=[alias.key]), {}).status_code == 302
    assert client.post(reverse("usage-alias-new"), sent).status_code == 302
    api = api_as(world.noor)
    made = api.post(URL, {"attribute": "model", "value": "claims-large", "endpoint": "meridian-large-eu"}, format="json")
    assert (made.status_code, made.json()["endpoint"]) == (201, "meridian-large-eu")
    address = f"{URL}/{made.json()['key']}"
    assert api.patch(address, {"surface": live.key}, format="json", HTTP_IF_MATCH=made["ETag"]).status_code == 400
    service = UsageAlias.objects.get(attribute="service")
    for asked, found in (
        (f"surface={live.key}", [service.key]),
        ("surface=S-99", []),
        ("surface=x", []),
        ("q=claims", 2),
        ("endpoint=x", []),
    ):
        keys = [row["key"] for row in api.get(f"{URL}?{asked}").json()["results"]]
        assert (len(keys) if isinstance(found, int) else keys) == found, asked
    assert api_as(world.ben).post(f"{address}/removal", {}, format="json").status_code == 403
    assert api.post(f"{address}/removal", {}, format="json").status_code == 204
