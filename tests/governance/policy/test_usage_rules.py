"""What policy says about what is observed: read as values, kept when an older policy is silent, edited by form, shown."""

import copy

import pytest
from django.urls import reverse

from governance.policy import actions, compare, normal, proofrules, queries, schema, usagerules, validation, yamlfile
from governance.policy.actions.versions import CATALOGUE

BLOCKS = ("observations", "findings", "spending", "digest", "cadence")


def shipped() -> dict:
    return validation.read(CATALOGUE.read_text(encoding="utf-8"))


def test_a_policy_from_before_holds_what_the_shipped_one_says():
    policy = shipped()
    older = {name: value for name, value in policy.items() if name not in BLOCKS}
    for block in BLOCKS:
        assert schema.properties()[block]["default"] == policy[block]
    assert normal.filled(older) == policy
    written = yamlfile.dump(policy)
    assert "currency: EUR" in written and "opens_incident: true" in written
    assert validation.read(written) == policy


def test_rules_are_read_as_values():
    rules = usagerules.of(shipped())
    assert rules.observations.days_kept(4) == 400 and rules.observations.days_kept(1) == 90
    assert rules.observations.days_kept(None) == 90 and rules.observations.text_days_kept(4) is None
    assert rules.finding("tool").opens_incident and rules.finding("tool").severity == "SEV2"
    assert not rules.finding("unheard_of").opens_incident
    assert rules.spending.warn_at == (50, 80) and rules.digest.weekday == 0 and rules.cadence.eval_review == 2
    assert rules.target("eval_coverage") == 0.5 and rules.target("variance") is None
    assert proofrules.of(shipped()).days_kept("observations", 3) == 400


def test_every_kind_of_finding_has_a_rule():
    kinds = schema.properties(("findings", 0))["kind"]["enum"]
    assert list(usagerules.of(shipped()).findings) == kinds


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("findings", 1, "kind"), "unknown_surface", "already a rule"),
        (("findings", 0, "category"), "weather", "is no incident category"),
        (("findings", 0, "opens_incident"), True, "names the incident's category"),
        (("findings", 0, "severity"), "SEV5", "SEV5"),
        (("observations", "keep_days", 0, "tier"), 4, "already a rule"),
        (("observations", "keep_text"), [{"tier": 2, "keep": True, "days": 3}], "leaves the tier out"),
        (("spending", "currency"), "euro", "by its three letters"),
        (("spending", "warn_at"), [120], "too large"),
        (("retention", 0, "record_kind"), "observations", "stands under observations"),
    ],
)
def test_what_does_not_fit_together_is_said(path, value, said):
    with pytest.raises(validation.Invalid) as caught:
        validation.sound(normal.changed(shipped(), path, value))
    assert any(said in each for each in caught.value.fields["document"]), caught.value.fields


def test_differences_name_the_kind_of_finding_and_the_tier():
    policy = copy.deepcopy(shipped())
    policy["findings"][0]["after_calls"] = 10
    policy["observations"]["keep_days"][1]["days"] = None
    assert [str(each) for each in compare.compare(shipped(), policy)] == [
        "How long single observations are kept: Tier 3. Days kept: 400 becomes nothing.",
        "Findings: Unknown surface. From how many calls on: 1 becomes 10.",
    ]


def test_the_rules_in_force_are_read_once(world, django_assert_num_queries):
    first, version = queries.usage_rules(), queries.in_force()
    with django_assert_num_queries(0):
        assert queries.usage_rules(version) is first


def test_parts_are_edited_by_form_and_shown(world, client_as):
    draft = actions.start_draft(actor=world.rosa, title="Look closer", reason="Because.")
    client = client_as(world.rosa)
    assert "Weekly digest" in client.get(reverse("policy-draft-edit", args=[draft.key])).content.decode()
    row = reverse("policy-draft-row", args=[draft.key, "findings", 0])
    given = {"severity": "SEV2", "after_calls": 3, "category": "data_exposure", "opens_incident": "on"}
    assert client.post(row, {**given, "version": draft.version}).status_code == 302
    draft.refresh_from_db()
    part = reverse("policy-draft-part", args=[draft.key, "spending"])
    wrong = {"currency": "USD", "warn_at": "50, many", "unowned_after_days": 7, "version": draft.version}
    assert "is no whole number" in client.post(part, wrong).content.decode()
    assert client.post(part, {**wrong, "warn_at": "60, 90"}).status_code == 302
    draft.refresh_from_db()
    metric = reverse("policy-draft-row", args=[draft.key, "metrics", 2])
    words = {"name": "Eval coverage", "early": "Some", "at_scale": "Most", "early_target": "0.4", "at_scale_target": "0.9"}
    assert client.post(metric, {**words, "version": draft.version}).status_code == 302
    draft.refresh_from_db()
    rules = usagerules.of(normal.filled(draft.document))
    assert rules.finding("unknown_surface") == usagerules.FindingRule("unknown_surface", "SEV2", True, 3, "data_exposure")
    assert rules.spending.currency == "USD" and rules.spending.warn_at == (60, 90) and rules.spending.calls_per_trace == 60
    assert rules.targets["eval_coverage"] == (0.4, 0.9)
    shown = client_as(world.noor).get(reverse("policy-usage")).content.decode()
    assert "Opens an incident: Unsafe tool use" in shown and "are refused and counted" in shown
