"""Coverage as it is seen: by whoever sees the surfaces, on pages and over REST, from the kept results."""

import pytest
from django.urls import reverse

from registry.controls import actions as controls
from registry.coverage import queries
from registry.frameworks import actions as frameworks
from tests.registry.building import make_catalog, make_surface


@pytest.fixture
def surfaces(world):
    make_catalog(actor=world.ada, owner=world.noor)
    made = [make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name=f"S{n}", tier=2) for n in range(2)]
    frameworks.answer(
        made[0],
        actor=world.noor,
        framework="owasp-llm-2026",
        item="LLM01:2026",
        status="mitigated",
        reason="The gateway filters.",
    )
    controls.evaluate([each.pk for each in made])
    return made


def item(user, framework, id_):
    return next(each for each in queries.of(user, framework).items if each.item.id == id_)


def test_the_checklist_in_use_counts_answers_and_others_count_controls(world, surfaces):
    injection = item(world.rosa, "owasp-llm-2026", "LLM01:2026")
    assert (injection.covered, injection.asked, injection.state) == (1, 2, "partly")
    assert [control.key for control in injection.controls] == ["injection_defences"]
    attested = item(world.rosa, "owasp-llm-2025", "LLM01:2025")
    assert (attested.covered, attested.asked) == (0, 2)
    owner = item(world.rosa, "iso-42001-2023", "A.3.2")
    assert owner.asked == 2
    assert item(world.rosa, "nist-ai-rmf-1.0", "GOVERN 1.6").state == "none"


def test_only_the_surfaces_that_one_sees_are_counted(world, surfaces):
    assert item(world.noor, "owasp-llm-2026", "LLM01:2026").asked == 2
    assert item(world.ben, "owasp-llm-2026", "LLM01:2026").asked == 0
    assert item(world.gus, "owasp-llm-2026", "LLM01:2026").asked == 0


def test_a_new_look_at_a_surface_is_counted_at_once(world, surfaces):
    assert item(world.rosa, "owasp-llm-2026", "LLM02:2026").covered == 0
    for surface in surfaces:
        frameworks.answer(
            surface, actor=world.noor, framework="owasp-llm-2026", item="LLM02:2026", status="mitigated", reason="It is redacted."
        )
    controls.evaluate([each.pk for each in surfaces])
    assert item(world.rosa, "owasp-llm-2026", "LLM02:2026").state == "covered"


def test_all_frameworks_are_counted_in_a_few_queries(world, surfaces, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        queries.overview(world.noor)


@pytest.mark.parametrize("key", ["owasp-llm-2026", "owasp-agentic-2026", "nist-ai-rmf-1.0", "iso-42001-2023", "eu-ai-act"])
def test_every_framework_has_its_page(world, surfaces, client_as, key):
    page = client_as(world.noor).get(reverse("framework", args=[key]))
    assert page.status_code == 200
    assert "owasp-llm-2026" not in page.content.decode() or key.startswith("owasp")


def test_the_list_shows_each_and_which_is_in_use(world, surfaces, client_as):
    shown = client_as(world.aud).get(reverse("frameworks")).content.decode()
    assert shown.count("coverage-row") >= 6 and "In use" in shown
    only = client_as(world.aud).get(reverse("framework", args=["nist-ai-rmf-1.0"]) + "?state=none").content.decode()
    assert "GOVERN 1.6" in only and "GOVERN 2.1</b>" not in only
    assert client_as(world.aud).get(reverse("framework", args=["soc-2"])).status_code == 404


def test_programs_read_the_same(world, surfaces, api_as):
    client = api_as(world.noor)
    rows = client.get("/api/v1/frameworks").json()["results"]
    assert [row["key"] for row in rows if row["in_use"]] == ["owasp-llm-2026"]
    one = client.get("/api/v1/frameworks/owasp-llm-2026").json()
    assert one["items"] == 10 == len(one["coverage"])
    assert one["coverage"][0] == {
        "id": "LLM01:2026",
        "title": "Prompt Injection",
        "group": "",
        "means": one["coverage"][0]["means"],
        "applies_from": None,
        "controls": ["injection_defences"],
        "state": "partly",
        "asked": 2,
        "met": 0,
        "attested": 1,
        "excepted": 0,
        "not_met": 1,
    }
    assert client.get("/api/v1/frameworks/soc-2").status_code == 404
