"""What machines ask: is it up, is it ready, how much waits."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from governance.core import health, jobs
from governance.ledger import appendonly

pytestmark = pytest.mark.django_db


def test_up_and_ready(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "up"}
    assert client.get("/health/ready").json()["problems"] == {}


def test_a_missing_trigger_is_not_ready(client: Client) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    appendonly.remove_all()
    answer = client.get("/health/ready")
    appendonly.ensure_all()
    assert answer.status_code == 503 and "append-only" in answer.json()["problems"]


def test_metrics_say_how_much_waits(client: Client) -> None:
    jobs.enqueue("notifications.follow", key="waiting")
    text = client.get("/metrics").content.decode()
    assert 'plumbline_jobs{state="queued"} 1' in text and "plumbline_ready 1" in text


def test_a_check_that_breaks_is_a_finding(monkeypatch: Any) -> None:
    def broken() -> str:
        raise RuntimeError("no disk")

    monkeypatch.setattr(health, "_database", broken)
    assert "no disk" in health.problems()["database"]
