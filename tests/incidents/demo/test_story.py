"""The story of the demo's incidents fits the demo company: who acts is there, in order, and nothing could leave the machine.

The whole demo is loaded once, in the journeys; here its data is tried without loading it.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml

import governance.policy
from governance.channels.models import Channel, Delivery
from governance.core.contributions import DemoPart, contribution
from incidents.demo import around, telling
from registry.demo import loading

DATA: dict[str, Any] = yaml.safe_load(telling.DATA.read_text(encoding="utf-8"))
COMPANY: dict[str, Any] = yaml.safe_load(loading.DATA.read_text(encoding="utf-8"))
POLICY = Path(governance.policy.__file__).with_name("catalogue.yaml")
CAST = {person["key"] for person in COMPANY["people"]} | {"on-call"}
SURFACES = {surface["name"]: surface for surface in COMPANY["surfaces"]}
INCIDENTS = {row["key"]: row for row in DATA["incidents"]}
ALREADY_LEFT = {person["key"]: timedelta(weeks=person["leaves"]) for person in COMPANY["people"] if "leaves" in person}


def test_the_demo_company_asks_for_its_incidents() -> None:
    assert contribution(DemoPart, "incidents").load is telling.tell


@pytest.mark.parametrize("row", DATA["incidents"], ids=list(INCIDENTS))
def test_an_incident_is_told_in_order_by_people_who_are_there(row: dict[str, Any]) -> None:
    began, lengths = telling.ago(row["ago"]), [telling.ago(step[0]) for step in row["steps"]]
    assert row["surface"] in SURFACES
    assert row["by"] in CAST or row["by"].removeprefix("link ") in {each["key"] for each in DATA["links"]}
    assert lengths == sorted(lengths) and lengths[-1] < began, "steps come in their order, and before today"
    for length, step, who, *said in row["steps"]:
        assert step in telling.STEPS and who in CAST
        assert began - telling.ago(length) > ALREADY_LEFT.get(who, timedelta()), f"{who} has left by then"
        assert all("[" not in str(text) for words in said for text in words.values() if isinstance(text, str)), "no gaps"


def test_a_length_of_time_says_what_it_means() -> None:
    assert [telling.ago(said) for said in ("40m", "26h", "3d", "5w")] == [
        timedelta(minutes=40),
        timedelta(hours=26),
        timedelta(days=3),
        timedelta(weeks=5),
    ]
    for wrong in ("", "5", "5 w", "five weeks", "-3d"):
        with pytest.raises(ValueError, match="no length of time"):
            telling.ago(wrong)


def test_words_of_policy_are_those_that_policy_has() -> None:
    policy = yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    categories = {each["key"] for each in policy["incidents"]["categories"]}
    assert {row["category"] for row in DATA["incidents"]} <= categories
    causes = {each["key"] for each in policy["causes"]}
    assert {cause for told in DATA["postmortems"].values() for cause, _ in told.get("causes", ())} <= causes
    flagged = {step[3]["kind"] for row in DATA["incidents"] for step in row["steps"] if step[1] in ("flag", "meet")}
    assert flagged <= {each["key"] for each in policy["regulatory_clocks"]}


def test_one_burns_one_waits_and_the_rest_is_over() -> None:
    last = {key: [step[1] for step in row["steps"]] for key, row in INCIDENTS.items()}
    burning = [key for key, steps in last.items() if "resolve" not in steps]
    assert burning == ["copay"]
    assert "close" not in last["entry"] and "resolve" in last["entry"], "its postmortem is still to be written (R11)"
    assert INCIDENTS["caught"]["harm"] == "caught", "a near miss"
    assert {"flag", "meet"} <= set(last["letters"]) and {"quarantine", "lift"} <= set(last["voice"])


@pytest.mark.django_db
def test_every_channel_is_paused_before_anything_could_leave(world: Any) -> None:
    class Story:
        admin = world.ada
        teams: ClassVar[dict[str, Any]] = {}

    around._channels(Story, DATA)
    assert Channel.objects.count() == len(DATA["channels"])
    assert not Channel.objects.exclude(state=Channel.State.PAUSED).exists() and not Delivery.objects.exists()
