"""What one policy says about what is observed, as values: what is kept, findings, money, digest, cadence, targets. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.policy.incidentrules import WEEKDAYS

Document = Mapping[str, Any]
OBSERVATIONS, KEPT_TEXTS = "observations", "kept_texts"
"""The kinds of record whose days stand in the part "observations", not in "retention"."""


@dataclass(frozen=True, slots=True)
class ObservationRules:
    """What is kept of observed calls.

    `keep_days` is tier (None: any other) -> days of single observations, None for good. `text_days` is tier (None: any
    other) -> days of redacted prompts and outputs, None where they are refused. `redact` are kinds of passages.
    """

    keep_days: Mapping[int | None, int | None]
    text_days: Mapping[int | None, int | None]
    redact: frozenset[str]

    def days_kept(self, tier: int | None) -> int | None:
        """Return for how many days single observations of a tier are kept; None for good."""
        return self.keep_days[tier] if tier in self.keep_days else self.keep_days.get(None)

    def text_days_kept(self, tier: int | None) -> int | None:
        """Return for how many days redacted texts of a tier are kept; None where they are refused."""
        return self.text_days[tier] if tier in self.text_days else self.text_days.get(None)


@dataclass(frozen=True, slots=True)
class FindingRule:
    """How grave a kind of finding is, from how many calls on it counts, and whether it opens an incident by itself.

    `category` is the incident's, by its key; empty where policy names none.
    """

    kind: str
    severity: str
    opens_incident: bool
    after_calls: int
    category: str


@dataclass(frozen=True, slots=True)
class SpendingRules:
    """The company's currency, at how many per cent of a limit its owner is warned (ascending), and what looks like a loop.

    A trace of `calls_per_trace` calls, or an hour that costs `hour_factor` times what the same hours cost before, is a
    loop. Spend without an owner is escalated after `unowned_after_days`.
    """

    currency: str
    warn_at: tuple[int, ...]
    calls_per_trace: int
    hour_factor: int
    unowned_after_days: int


@dataclass(frozen=True, slots=True)
class DigestRules:
    """When leaders get the week in a mail: weekday (0 is Monday) and hour, by each reader's own clock."""

    weekday: int
    hour: int


@dataclass(frozen=True, slots=True)
class CadenceRules:
    """When reviews come again: the weekday of the eval review (0 is Monday), and months between the others."""

    eval_review: int
    vendor_review_months: int
    operations_months: int


@dataclass(frozen=True)
class UsageRules:
    """What the policy in force says about what is observed. Never changes once read; a later policy is another value.

    `targets` is a metric's key -> its numbers early and at scale, None where policy only has words. `stage` is which of
    them holds: early or at_scale.
    """

    observations: ObservationRules
    findings: Mapping[str, FindingRule]
    spending: SpendingRules
    digest: DigestRules
    cadence: CadenceRules
    stage: str
    targets: Mapping[str, tuple[float | None, float | None]]

    def finding(self, kind: str) -> FindingRule:
        """Return the rule of a kind of finding; one that policy leaves out is low and opens nothing."""
        return self.findings.get(kind) or FindingRule(kind, "SEV4", False, 1, "")

    def target(self, metric: str) -> float | None:
        """Return a metric's number at the company's stage, None where there is none."""
        early, at_scale = self.targets.get(metric, (None, None))
        return early if self.stage == "early" else at_scale


def of(document: Document) -> UsageRules:
    """Return what a policy document in normal form says about what is observed."""
    spending, cadence, digest = document["spending"], document["cadence"], document["digest"]
    return UsageRules(
        observations=observation_rules(document),
        findings={row["kind"]: FindingRule(**row) for row in document["findings"]},
        spending=SpendingRules(
            currency=spending["currency"],
            warn_at=tuple(sorted(spending["warn_at"])),
            unowned_after_days=spending["unowned_after_days"],
            **spending["loop"],
        ),
        digest=DigestRules(WEEKDAYS.index(digest["weekday"]), digest["hour"]),
        cadence=CadenceRules(
            eval_review=WEEKDAYS.index(cadence["eval_review"]),
            vendor_review_months=document["vendor_review_months"],
            operations_months=cadence["operations_months"],
        ),
        stage=document["scorecard"]["stage"],
        targets={row["key"]: (row["early_target"], row["at_scale_target"]) for row in document["scorecard"]["metrics"]},
    )


def observation_rules(document: Document) -> ObservationRules:
    """Return what a policy document in normal form says is kept of observations."""
    held = document["observations"]
    return ObservationRules(
        keep_days={row["tier"]: row["days"] for row in held["keep_days"]},
        text_days={row["tier"]: row["days"] if row["keep"] else None for row in held["keep_text"]},
        redact=frozenset(held["redact"]),
    )
