"""Files of an incident: attached by who may note, given back only as downloads, to who sees the incident."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.core.errors import Denied, Invalid
from incidents.cases.models import Attachment
from incidents.filing import actions
from registry.surfaces.models import Surface
from tests.incidents.building import make_incident

PAGE = b"<html><script>alert(1)</script>"


def test_a_file_leaves_only_as_a_download(world: Any, surface: Surface, client_as: Any) -> None:
    incident = make_incident(actor=world.noor, surface=surface)
    noor = client_as(world.noor)
    answer = noor.post(f"/report/files/{incident.key}/", {"attachments": [SimpleUploadedFile("page.html", PAGE)]})
    assert answer.status_code == 302
    row = Attachment.objects.get(incident=incident)
    assert (row.by, row.from_reporter) == (world.noor, False)
    assert incident.timeline.get(kind="attachment").data["digest"] == row.blob.digest
    url = f"/report/files/{incident.key}/{row.pk}/"
    assert url in noor.get(f"/incidents/{incident.key}/details/").content.decode()
    sent = noor.get(url)
    assert b"".join(sent.streaming_content) == PAGE
    assert sent["Content-Type"] == "application/octet-stream" and "attachment" in sent["Content-Disposition"]
    assert "sandbox" in sent["Content-Security-Policy"]
    assert client_as(world.ben).get(url).status_code == 404
    assert noor.get(f"/report/files/{incident.key}/{row.pk + 1}/").status_code == 404
    assert client_as(world.aud).get(f"/report/files/{incident.key}/").status_code == 403
    with pytest.raises(Denied):
        actions.attach(incident, actor=world.ben, files=[BytesIO(PAGE)])
    with pytest.raises(Invalid):
        actions.attach(incident, actor=world.noor, files=[])


def test_files_by_rest(world: Any, surface: Surface, api_as: Any) -> None:
    incident = make_incident(actor=world.noor, surface=surface)
    noor, base = api_as(world.noor), f"/api/v1/incidents/{incident.key}/attachments"
    made = noor.post(base, {"file": SimpleUploadedFile("trace.json", b'{"a": 1}')}, format="multipart")
    assert made.status_code == 201, made.content
    assert noor.get(base).json()["results"][0]["file_name"] == "trace.json"
    sent = noor.get(f"{base}/{made.json()['id']}")
    assert b"".join(sent.streaming_content) == b'{"a": 1}' and sent["X-Content-Type-Options"] == "nosniff"
    assert noor.get(f"{base}/999").status_code == 404
    assert api_as(world.ben).get(base).status_code == 404
