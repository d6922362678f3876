"""What policy says about incidents: read as values, kept when an older policy is silent, edited by form, shown."""

import copy
from datetime import time

import pytest
from django.urls import reverse

from governance.policy import actions, compare, incidentrules, normal, queries, readable, schema, validation, yamlfile
from governance.policy.actions.versions import CATALOGUE

BLOCKS = (
    "clocks", "business_hours", "regulatory_clocks", "incident_reporting", "postmortem_templates", "outside_edition",
    "causes", "error_budget",
)  # fmt: skip


def shipped() -> dict:
    return validation.read(CATALOGUE.read_text(encoding="utf-8"))


def older() -> dict:
    return {name: value for name, value in shipped().items() if name not in BLOCKS}


def test_a_policy_from_before_holds_what_the_shipped_one_says():
    policy = shipped()
    for block in BLOCKS:
        assert schema.properties()[block]["default"] == policy[block]
    assert normal.filled(older()) == policy
    assert not compare.compare(older(), policy)
    assert incidentrules.of(normal.filled(older())) == incidentrules.of(policy)


def test_a_file_shows_what_holds_even_where_it_is_the_default():
    written = yamlfile.dump(shipped())
    for words in ("before_triage_minutes: 15", "public_links: false", "window_days: 28", "key: gdpr", "zone: UTC"):
        assert words in written
    assert validation.read(written) == shipped()


def test_limits_are_those_of_the_tier_else_those_of_any():
    rules = incidentrules.of(shipped())
    assert rules.limits_for("SEV2", 2).mitigate_minutes == 60
    assert rules.limits_for("SEV2", None) is rules.limits_for("SEV2", 1)
    assert rules.limits_for("SEV2", 4).mitigate_minutes == 30
    assert rules.limits_for("SEV3", 2).business_hours and not rules.limits_for("SEV3", 3).business_hours
    assert rules.limits_for("SEV5", 2) is None


def test_deadlines_of_law_are_those_of_the_law():
    held = incidentrules.of(shipped()).regulatory
    hours = {key: held[key].hours for key in ("gdpr", "ai_act_serious", "ai_act_death", "ai_act_widespread")}
    assert hours == {"gdpr": 72, "ai_act_serious": 15 * 24, "ai_act_death": 10 * 24, "ai_act_widespread": 2 * 24}
    assert all(held[key].source for key in hours)


def test_every_severity_has_a_template():
    rules = incidentrules.of(shipped())
    assert [rules.template_for(key).key for key in ("SEV1", "SEV2", "SEV3", "SEV4", "")] == ["full", "full", *["short"] * 3]
    assert {"summary", "impact", "causes", "went_well", "lucky"} <= {each.key for each in rules.template_for("SEV1").sections}
    assert set(rules.redacted) <= set(incidentrules.redactable())


def test_the_working_day_may_end_at_midnight():
    policy = shipped()
    policy["business_hours"] |= {"zone": "Europe/Berlin", "from": "18:30", "to": "24:00"}
    hours = incidentrules.of(validation.sound(policy)).business_hours
    assert (hours.opens, hours.closes, hours.day_seconds) == (time(18, 30), None, 5.5 * 3600)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("business_hours", "zone"), "Mars/Olympus", "no time zone"),
        (("business_hours", "from"), "18:00", "ends after it begins"),
        (("business_hours", "from"), "9 o'clock", "a time of day such as 09:00"),
        (("business_hours", "holidays"), ["2027-02-30"], "There is no day 2027-02-30"),
        (("business_hours", "holidays"), ["tomorrow"], "a date such as"),
        (("clocks", "limits", 0, "mitigate_minutes"), 999, "no limit is shorter"),
        (("clocks", "limits", 1, "severity"), "SEV1", "already limits for this severity"),
        (("clocks", "limits", 0, "severity"), "SEV5", "not among the severities"),
        (("clocks", "limits", 1, "tier"), 2, "and none for any other tier"),
        (("clocks", "warn_at_percent"), 100, "too large"),
        (("regulatory_clocks", 1, "key"), "gdpr", "stands twice"),
        (("causes", 1, "name"), "Prompt change", "stands twice"),
        (("postmortem_templates", 1, "severities"), ["SEV1"], "Another template names SEV1"),
        (("postmortem_templates", 1, "severities"), ["SEV3"], "No template is for SEV4"),
        (("postmortem_templates", 0, "severities"), [], "names no severity already"),
        (("postmortem_templates", 0, "sections", 1, "key"), "summary", "stands twice"),
        (("outside_edition", "redact"), ["everything"], "is not one of"),
        (("error_budget", "targets", 1, "tier"), 0, "has a target already"),
        (("error_budget", "burn_alerts", 0, "short_minutes"), 60, "short window lies within the long one"),
        (("error_budget", "window_days"), 1, "within the budget's window"),
    ],
)
def test_what_does_not_fit_together_is_said(path, value, said):
    policy = normal.changed(shipped(), path, value)
    with pytest.raises(validation.Invalid) as caught:
        validation.sound(policy)
    assert any(said in each for each in caught.value.fields["document"]), caught.value.fields


def test_differences_are_told_by_severity_and_tier():
    policy = copy.deepcopy(shipped())
    policy["clocks"]["limits"][3]["mitigate_minutes"] = 45
    policy["error_budget"]["targets"][2]["target"] = 0.98
    policy["incident_reporting"]["public_links"] = True
    told = [str(each) for each in compare.compare(shipped(), policy)]
    assert told == [
        "Clock limits: SEV2 in tier 4. Minutes to mitigate: 30 becomes 45.",
        "Share links for people without an account: Share links for people without an account. "
        "Share links for people without an account: no becomes yes.",
        "Targets offered for a new objective: Tier 2. Share of good events: 0.99 becomes 0.98.",
    ]


def test_times_are_said_as_people_say_them():
    assert [readable.minutes(count) for count in (5, 60, 90, 240, 1440, 2880)] == [
        "5 min",
        "1 h",
        "1 h 30 min",
        "4 h",
        "24 h",
        "2 days",
    ]
    assert [readable.hours(count) for count in (4, 48, 72, 240, 360, 75)] == ["4 h", "48 h", "72 h", "10 days", "15 days", "75 h"]


def test_the_rules_in_force_are_read_once_and_follow_the_policy(world, django_assert_num_queries):
    first = queries.incident_rules()
    version = queries.in_force()
    with django_assert_num_queries(0):
        assert queries.incident_rules(version) is first


def test_clock_limits_and_parts_are_edited_by_form(world, client_as):
    draft = actions.start_draft(actor=world.rosa, title="Faster", reason="Because.")
    client = client_as(world.rosa)
    edit = client.get(reverse("policy-draft-edit", args=[draft.key])).content.decode()
    assert "SEV2 in tier 4" in edit and "Business hours" in edit
    row = reverse("policy-draft-row", args=[draft.key, "clock_limits", 1])
    given = {
        "acknowledge_minutes": 10,
        "mitigate_minutes": 50,
        "resolve_minutes": 480,
        "postmortem_days": 7,
        "version": draft.version,
    }
    assert client.post(row, given).status_code == 302
    draft.refresh_from_db()
    assert draft.document["clocks"]["limits"][1]["mitigate_minutes"] == 50
    part = reverse("policy-draft-part", args=[draft.key, "business_hours"])
    assert "09:00" in client.get(part).content.decode()
    days = {"zone": "Europe/Berlin", "weekdays": ["monday", "friday"], "from": "08:00", "to": "16:30"}
    wrong = client.post(part, {**days, "holidays": "1 May", "version": draft.version})
    assert "a date such as" in wrong.content.decode() and "1 May" in wrong.content.decode()
    assert client.post(part, {**days, "holidays": "2027-05-01, 2027-12-25", "version": draft.version}).status_code == 302
    draft.refresh_from_db()
    assert draft.document["business_hours"]["holidays"] == ["2027-05-01", "2027-12-25"]
    assert draft.document["business_hours"]["weekdays"] == ["monday", "friday"]
    assert client.get(reverse("policy-draft-part", args=[draft.key, "nothing"])).status_code == 404


def test_the_pages_say_it(world, client_as):
    client = client_as(world.noor)
    clocks = client.get(reverse("policy-clocks")).content.decode()
    assert "15 days" in clocks and "GDPR Art. 33(1)" in clocks and "Business hours" in clocks
    learning = client.get(reverse("policy-learning")).content.decode()
    assert "Where luck helped" in learning and "14.4" in learning and "Not covered by evals" in learning
