"""A small catalogue: one approved vendor with an endpoint, and a tool."""

from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.policy.models import DataClass
from registry.catalog import actions
from registry.catalog.models import Endpoint, Tool, Vendor


def approve(request: Any, *people: Any) -> None:
    """Let people approve a request under the hash they see."""
    for person in people:
        approvals.decide(request, actor=person, verdict="approve", digest=request.subject_digest)


@pytest.fixture
def vendor(world) -> Vendor:
    return actions.add_vendor(actor=world.noor, name="Northwind Models", website="https://northwind.example")


@pytest.fixture
def approved_vendor(world, vendor) -> Vendor:
    approve(actions.propose(vendor, actor=world.noor), world.priya, world.marta)
    return Vendor.objects.select_related("owner").get(pk=vendor.pk)


@pytest.fixture
def endpoint(world, approved_vendor) -> Endpoint:
    return actions.add_endpoint(
        actor=world.noor, name="Large in Frankfurt", vendor=approved_vendor, model="nw-large-3", region="eu-central-1"
    )


@pytest.fixture
def approved_endpoint(world, endpoint) -> Endpoint:
    approve(actions.propose(endpoint, actor=world.noor), world.priya, world.daniel)
    return Endpoint.objects.select_related("owner", "vendor").get(pk=endpoint.pk)


@pytest.fixture
def tool(world) -> Tool:
    return actions.add_tool(actor=world.noor, name="Pay out a claim", key="claims.pay", effect="irreversible", limits="500 EUR")


@pytest.fixture
def classes(world) -> dict[str, DataClass]:
    return {each.key: each for each in DataClass.objects.all()}
