"""Puts suites and runs before their readers: what the pages show, gathered in few queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.core import clock
from governance.core.verdict import ALLOW, Verdict
from governance.policy import queries as policy
from governance.policy.models import Tier
from governance.ui import atoms
from registry.evals import charts, content, queries
from registry.evals.judging import PASSING, Standing, percent, threshold_of
from registry.evals.models import EvalSuite, SuiteVersion
from registry.evals.movement import Movement, movements
from registry.evals.tables import STANDING, rate, spread, standing
from registry.surfaces.models import Revision, Surface

USED = 30
NAMED = 5
LABELS = {
    "good": "What good means",
    "cases_at": "Where the cases live",
    "cases_digest": "SHA-256 of the cases",
    "case_count": "Number of cases",
    "thresholds": "Pass rates by tier",
}


@dataclass(frozen=True)
class Row:
    """One suite of a surface's contract, ready to be drawn."""

    standing: Standing
    movement: Movement | None
    picture: SafeString
    surface: Surface

    @property
    def mark(self) -> SafeString:
        """The state in shape and words."""
        drawn: SafeString = standing(self.standing)
        return drawn

    @property
    def tone(self) -> str:
        """ok, warn, stop or wait."""
        return STANDING[self.standing.state]

    @property
    def rate(self) -> str:
        """The pass rate that decides."""
        run = self.standing.run
        return percent(run.pass_rate) if run is not None else "–"

    @property
    def asked(self) -> str:
        """The pass rate that is asked for."""
        return percent(self.standing.threshold) if self.standing.threshold is not None else "nothing"

    @property
    def fresh(self) -> SafeString | str:
        """Until when the run counts."""
        if self.standing.state != PASSING:
            return "–"
        ends = self.standing.turns_at
        return atoms.time(ends, "long") if ends is not None else "no end"

    @property
    def newly(self) -> Sequence[str]:
        """The first few newly failing cases."""
        return self.movement.newly_failing[:NAMED] if self.movement else ()

    @property
    def flaky(self) -> Sequence[str]:
        """The first few flaky cases."""
        return self.movement.flaky[:NAMED] if self.movement else ()

    @property
    def variance(self) -> str:
        """The variance over repeated runs, in words."""
        return spread(self.movement) if self.movement else "–"


def surface(obj: Surface, tiers: Mapping[int, Tier]) -> dict[str, Any]:
    """Return how the suites of what holds stand, and of what is proposed."""
    proposed = queries.proposed_revision(obj)
    tier = tiers[obj.tier or 0]
    held = obj.in_force
    revisions = [each for each in (held, proposed) if each is not None]
    if not any(each.contract.get("evals") for each in revisions):
        return {"rows": [], "proposed": proposed, "proposed_rows": [], "tier": tier}
    runs, suites, models, now = queries.latest_runs([obj.pk]), queries.suites(), queries.endpoint_models(), clock.now()

    def judged(revision: Revision | None) -> list[Standing]:
        if revision is None:
            return []
        return queries.standing(obj.pk, revision.contract, tier, runs, suites, now, models=models)

    first, second = judged(held), judged(proposed)
    deciding = {each.run.pk: each.run for each in [*first, *second] if each.run is not None}
    moves = movements(list(deciding.values()))
    return {
        "rows": [_row(each, moves, obj) for each in first],
        "proposed": proposed,
        "proposed_rows": [_row(each, moves, obj) for each in second],
        "tier": tier,
    }


def _row(one: Standing, moves: Mapping[int, Movement], obj: Surface) -> Row:
    said = moves.get(one.run.pk) if one.run is not None else None
    drawn = charts.trend(one.name, said.trend, one.threshold, _tone(one)) if said is not None else SafeString("")
    return Row(one, said, drawn, obj)


def _tone(one: Standing) -> str:
    return {"warn": "warn", "stop": "stop"}.get(STANDING[one.state], "")


def command(obj: Surface, proposed: Revision | None, address: str) -> str:
    """Return the command with which CI posts a run of this surface: of what is proposed, else of what holds."""
    revision = proposed or obj.in_force
    keys = queries.suite_keys(revision.contract) if revision is not None else []
    fields = [f"surface={obj.key}", f"suite={keys[0] if keys else 'suite-key'}"]
    fields += [f"revision={revision.number}"] if revision is not None else []
    said = " \\\n  ".join(f"-F {each}" for each in ["file=@results.json", *fields, '"commit=$GITHUB_SHA"'])
    return f'curl --fail-with-body -H "Authorization: Bearer $PLUMBLINE_TOKEN" \\\n  {said} \\\n  {address}/api/v1/eval-runs'


def may_hand_in_some(user: Any, otherwise: Verdict) -> Verdict:
    """Allow whoever owns a suite to hand in its runs; else answer what else was decided."""
    if queries.choices(user).filter(owner=user).exists():
        return ALLOW
    return otherwise


def suite(user: Any, obj: EvalSuite) -> dict[str, Any]:
    """Return what a suite's overview shows: its meaning, what each tier asks for, and where it is used."""
    tiers = policy.tiers()
    used = queries.used_by(user, obj)
    shown, now = used[:USED], clock.now()
    known = {obj.key: obj}
    runs, models = queries.latest_runs([each.pk for each in shown]), queries.endpoint_models()
    found = []
    for each in shown:
        contract = each.in_force.contract if each.in_force else {}
        mine = {"prompts": contract.get("prompts"), "routes": contract.get("routes"), "evals": _naming(contract, obj)}
        stands = queries.standing(each.pk, mine, tiers[each.tier or 0], runs, known, now, models=models)
        found += [(each, one) for one in stands]
    moves = movements([one.run for _, one in found if one.run is not None])
    return {
        "tiers": [(tier, _asked(None, tier), _asked(obj.current, tier)) for tier in tiers.values()],
        "place": place(obj.current),
        "used": [_row(one, moves, each) for each, one in found],
        "more": len(used) - len(shown),
    }


def _naming(contract: Mapping[str, Any], obj: EvalSuite) -> list[Any]:
    return [row for row in contract.get("evals") or [] if str(row["suite"]).strip() == obj.key][:1]


def _asked(version: SuiteVersion | None, tier: Tier) -> str:
    asked: Decimal | None = threshold_of(version, tier)
    return percent(asked) if asked is not None else "nothing"


def place(version: SuiteVersion | None) -> list[tuple[str, str, Any]]:
    """Return where a version's cases live, as parts."""
    if version is None:
        return []
    where = version.cases_at
    url = where.get("url", "")
    link = format_html('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>', url, url) if url else ""
    parts = [
        ("Repository", "", where.get("repository", "")),
        ("Path", "", where.get("path", "")),
        ("Commit", "", where.get("commit", "")),
        ("Address", "", link),
        ("Cases", "how many", f"{version.case_count:,}" if version.case_count is not None else ""),
        (
            "SHA-256",
            "of the cases",
            atoms.hash_code(version.cases_digest, "SHA-256 of the cases") if version.cases_digest else "",
        ),
    ]
    return [part for part in parts if part[2]]


def versions(obj: EvalSuite) -> dict[str, Any]:
    """Return a suite's versions, newest first, each with what differs from the one before."""
    every = list(obj.versions.select_related("author").order_by("-number"))
    return {"versions": [(now, _differences(then, now)) for now, then in zip(every, [*every[1:], None], strict=True)]}


def _differences(then: SuiteVersion | None, now: SuiteVersion) -> list[dict[str, Any]]:
    before, after = content.of(then), content.of(now)
    return [
        {"name": LABELS[name], "small": "", "html": _swapped(_said(name, before[name]), _said(name, after[name]))}
        for name in content.FIELDS
        if before[name] != after[name]
    ]


def _said(name: str, value: Any) -> str:
    if name == "thresholds":
        return ", ".join(f"tier {tier}: {percent(share)}" for tier, share in value.items())
    if name == "cases_at":
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return "" if value is None else str(value)


def _swapped(before: str, after: str) -> SafeString:
    cut = format_html("<del>{}</del> ", before) if before else ""
    return format_html("{}{}", cut, format_html("<ins>{}</ins>", after) if after else "")


def runs(user: Any, obj: EvalSuite) -> dict[str, Any]:
    """Return a suite's newest runs that the reader may see."""
    found = queries.runs_visible_to(user).filter(suite=obj).order_by("-started_at", "-pk")[:50]
    return {"runs": [(run, rate(run)) for run in found], "all_url": f"{reverse('eval-runs')}?suite={obj.key}"}
