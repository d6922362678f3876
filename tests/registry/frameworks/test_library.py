"""What comes with the product: items by edition, and a crosswalk that leads somewhere."""

import json
from datetime import date
from pathlib import Path

import pytest

from governance.core.errors import Invalid, NotVisible
from governance.policy import queries as policy
from governance.policy import validation
from registry.frameworks import library, queries

COUNTS = {
    "owasp-llm-2026": 10,
    "owasp-llm-2025": 10,
    "owasp-agentic-2026": 10,
    "nist-ai-rmf-1.0": 72,
    "iso-42001-2023": 38,
    "eu-ai-act": 27,
}


def test_every_framework_is_whole_and_says_where_it_is_from():
    assert {each.key: len(each.items) for each in library.frameworks()} == COUNTS
    for each in library.frameworks():
        assert each.source and each.licence and each.address.startswith("https://")
        assert len({item.id for item in each.items}) == len(each.items)
        assert {item.group for item in each.items} <= {*each.groups, ""}
        assert all(item.title for item in each.items)


def test_editions_are_kept_apart_and_correspond_by_what_they_are_about():
    new, old = library.framework("owasp-llm-2026"), library.framework("owasp-llm-2025")
    assert not {item.id for item in new.items} & {item.id for item in old.items}
    assert sorted(item.was for item in new.items) == sorted(item.id for item in old.items)
    agency = new.item("LLM03:2026")
    assert agency is not None and (agency.title, agency.was) == ("Excessive Agency", "LLM06:2025")
    same = [item for item in new.items if old.item(item.was).title == item.title]
    assert len(same) == 9  # the tenth, hidden context, replaces the leaking prompt


def test_the_ai_act_has_the_dates_of_the_amendment():
    act = library.framework("eu-ai-act")
    starts = {item.id: item.applies_from for item in act.items}
    assert starts["Art. 50(1)"] == date(2026, 8, 2)
    assert starts["Art. 9"] == date(2027, 12, 2)
    assert starts["Art. 5(1)(ba)-(bb)"] == date(2026, 12, 2)


def test_an_unknown_framework_is_not_there():
    with pytest.raises(NotVisible):
        library.framework("../owasp-llm-2026")


def test_the_files_are_the_whole_of_the_library():
    assert sorted(path.stem for path in Path(library.DATA).glob("*.yaml")) == sorted(library.KEYS)


def test_the_shipped_policy_maps_its_controls(world):
    document = policy.document()
    named = json.dumps([control["meets"] for control in document["controls"]])
    assert all(f'"{key}"' in named for key in COUNTS)
    assert {"injection_defences"} == {control["key"] for control in queries.crosswalk("owasp-llm-2026")["LLM01:2026"]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda policy: policy.update(owasp_edition="owasp-llm-2019"), "owasp-llm-2019"),
        (lambda policy: policy.update(owasp_edition="nist-ai-rmf-1.0"), "is no checklist"),
        (lambda policy: policy["controls"][0].update(meets={"owasp-llm-2026": ["LLM03"]}), "is no item of owasp-llm-2026"),
        (lambda policy: policy["controls"][0].update(meets={"owasp": ["LLM03:2026"]}), "not among the frameworks"),
    ],
)
def test_a_policy_that_names_what_is_not_there_is_refused(world, change, said):
    document = json.loads(json.dumps(policy.document()))
    change(document)
    with pytest.raises(Invalid, match=said):
        validation.sound(document)
