"""From an empty company to a rolled-back revision, by REST with scoped tokens alone."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.core import clock, jobs
from governance.people import actions as people
from governance.people.models import User
from governance.verification.verifying import verify
from tests.registry.building import RECORD, contract_for

EVERYTHING = ["registry:read", "registry:write", "approvals:read", "approvals:write", "documents:read", "documents:write"]


def caller(person: User) -> APIClient:
    """A program that acts for a person with a scoped token."""
    issued = people.create_token(
        person, actor=person, name="Journey", scopes_wanted=EVERYTHING, expires_at=clock.now() + timedelta(days=1)
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issued.secret}")
    return client


def sent(client: APIClient, address: str, body: dict[str, Any], expect: int = 201, **headers: str) -> Any:
    answer = client.post(f"/api/v1/{address}", body, format="json", headers=headers)
    assert answer.status_code == expect, (address, answer.status_code, answer.content)
    return answer.json() if answer.content else None


@pytest.mark.django_db
def test_the_whole_path(world: Any) -> None:
    rosa, noor, sam = caller(world.rosa), caller(world.noor), caller(world.sam)
    sent(rosa, "vendors", {"name": "Meridian AI", "key": "meridian", "owner": world.rosa.ref})
    endpoint = {"key": "meridian-large-eu", "name": "Meridian large", "vendor": "meridian", "model": "m-2.1", "region": "eu"}
    sent(rosa, "endpoints", endpoint | {"owner": world.rosa.ref})

    surface = sent(noor, "surfaces", {"name": "Claims triage", "purpose": "Suggests a queue.", "team": "claims", "tier": 0})
    key = surface["key"]
    proposal = {"surface": key, "title": "First contract", "why": "It saves time.", "contract": contract_for(world.noor)}
    change = sent(noor, "changes", proposal | RECORD)
    assert change["state"] == "proposed"

    mine = sent(noor, f"approvals/{change['request']}/decisions", {"verdict": "approve", "digest": change["digest"]}, 403)
    assert mine["detail"].startswith("Whoever asks never approves")
    waiting = sam.get("/api/v1/home/inbox").json()
    assert any("Claims triage" in line["title"] for line in waiting)
    sent(sam, f"approvals/{change['request']}/decisions", {"verdict": "approve", "digest": change["digest"]})
    assert noor.get(f"/api/v1/surfaces/{key}").json()["state"] == "live"

    second = proposal | {"title": "Shorter reasons", "contract": contract_for(world.noor, notes="Shorter reasons.")}
    change = sent(noor, "changes", second | RECORD)
    sent(sam, f"approvals/{change['request']}/decisions", {"verdict": "approve", "digest": change["digest"]})
    assert noor.get(f"/api/v1/surfaces/{key}").json()["in_force"] == 2

    back = sent(noor, "changes/rollbacks", {"surface": key, "to": 1, "why": "Re-queued doubled."})
    sent(sam, f"approvals/{back['request']}/decisions", {"verdict": "approve", "digest": back["digest"]})
    assert noor.get(f"/api/v1/surfaces/{key}").json()["in_force"] == 1

    kinds = [entry["kind"] for entry in noor.get(f"/api/v1/surfaces/{key}/activity").json()["results"]]
    assert kinds.count("surface.in_force") == 3 and "surface.registered" in kinds
    said = {"subject_type": "registry.surface", "subject_id": str(int(key[2:])), "text": "Back to the first one for now."}
    sent(noor, "comments", said)
    about = noor.get(f"/api/v1/comments/about?subject_type=registry.surface&subject_id={int(key[2:])}").json()
    assert [each["text"] for each in about["results"]] == ["Back to the first one for now."]
    sent(noor, "changes/retirements", {"surface": key, "reason": "The new desk replaces it."})
    assert noor.get(f"/api/v1/surfaces/{key}").json()["state"] == "retired"
    assert jobs.run_pending() >= 0

    report = verify()  # and nothing of all this is left unbound
    assert report.holds and report.rows > 100, report.findings


@pytest.mark.django_db
def test_a_token_without_the_scope_is_told_which(world: Any) -> None:
    issued = people.create_token(
        world.noor,
        actor=world.noor,
        name="Reader",
        scopes_wanted=["registry:read"],
        expires_at=clock.now() + timedelta(days=1),
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issued.secret}")
    assert client.get("/api/v1/surfaces").status_code == 200
    refused = client.post("/api/v1/surfaces", {"name": "X"}, format="json")
    assert refused.status_code == 403 and "registry:write" in refused.content.decode()
