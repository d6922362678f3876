"""A surface's spec sheet: authority and rollback on one page, at any state of the surface."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from governance.approvals import queries as approvals
from governance.approvals.models import ApprovalStep
from governance.core import clock, digest
from governance.people.models import Position
from governance.policy import queries as policy
from registry.catalog.models import Endpoint, VendorTerm
from registry.contracts import buyer
from registry.contracts.diff_common import group, shown
from registry.contracts.facts import Names
from registry.contracts.problems import listed, thousands
from registry.contracts.shape import Contract, lower_first, said
from registry.evals import judging
from registry.evals import queries as library
from registry.sheets.standing import Standing, standing_of
from registry.surfaces import facts as held
from registry.surfaces.models import Mode, Surface, SurfaceState

HUNDREDTH = Decimal("0.01")  # cut, not rounded: no rate is told higher than it is
TERMS_TOLD = (VendorTerm.Topic.TRAINING, VendorTerm.Topic.RETENTION)


def context(surface: Surface, user: Any) -> dict[str, Any]:
    """Return everything that the sheet shows, as plain data; the contract itself travels along whole."""
    standing, names = standing_of(surface), held.names()
    contract = standing.contract
    approvals_given = given(standing)
    return {
        "head": "Spec sheet, authority and rollback",
        "surface": {
            "key": surface.key,
            "name": surface.name,
            "purpose": surface.purpose or "Nobody has said yet what it is for.",
        },
        "mark": standing.mark,
        "standing": standing.shown,
        "tier": tier(surface),
        "owner": owner(surface),
        "approved_on": approvals_given[-1]["at"] if approvals_given else None,
        "review_due": surface.review_on.isoformat() if surface.review_on else None,
        "five": five(surface, standing, names),
        "tools": [tool(row) for row in contract.get("authority", {}).get("tools", [])],
        "human": human(contract),
        "evals": evals(surface, contract, names),
        "mode": mode(surface),
        "levers": levers(contract, names),
        "approvals": approvals_given,
        "contract_sha256": standing.revision.digest if standing.revision else "",
        "contract": contract,
    }


def tier(surface: Surface) -> dict[str, Any] | None:
    """Return the surface's tier with its name, or None."""
    if surface.tier is None:
        return None
    return {"number": surface.tier, "name": policy.tier(surface.tier).name}


def owner(surface: Surface) -> str:
    """Return who answers for it, with the team; empty for nobody, or somebody who has left."""
    if surface.owner is None or not surface.owner.is_active:
        return ""
    return f"{surface.owner.name}, {surface.team.name}" if surface.team else surface.owner.name


def given(standing: Standing) -> list[dict[str, Any]]:
    """Return who approved the revision in force, for which position, when, and for which hash."""
    request = standing.change.request if standing.change is not None and standing.level == "held" else None
    if request is None:
        return []
    found = []
    for step in approvals.of_subject("change", request.subject_id).get(pk=request.pk).steps.all():
        last = [each for each in step.decisions.all() if each.person_id == step.filled_by_id]
        if step.state == ApprovalStep.State.APPROVED and last:
            decision = max(last, key=lambda each: each.pk)
            found.append(
                {
                    "person": decision.person.name,
                    "position": step.position.name,
                    "at": digest.plain(decision.decided_at),
                    "sha256": decision.subject_digest,
                }
            )
    return sorted(found, key=lambda each: each["at"])


def five(surface: Surface, standing: Standing, names: Names, *, accounts: bool = True) -> list[dict[str, Any]]:
    """Return the five questions that a buyer asks, with their answers as runs of text; with our accounts' names or without."""
    endpoints = endpoints_of(standing.contract)
    revision = standing.revision
    beside = buyer.Beside(
        names=names,
        endpoints={each.key: behind(each, accounts=accounts) for each in endpoints},
        vendor_terms=vendor_terms(endpoints),
        approvers=approvers(surface, standing),
        proposers=surface.team.name if surface.team else "",
        previous=revision.base.number if revision is not None and revision.base is not None else None,
    )
    return [
        {"question": answer.question, "aside": answer.aside, "answer": runs(answer.sentences)}
        for answer in buyer.five_questions(standing.contract, beside)
    ]


def runs(sentences: Iterable[Iterable[buyer.Run]]) -> list[dict[str, Any]]:
    """Return sentences as one line of runs, parted by spaces."""
    found: list[dict[str, Any]] = []
    for sentence in sentences:
        if found:
            found[-1]["text"] += " "
        found += [{"text": run.text, "strong": run.strong} for run in sentence]
    return found


def endpoints_of(contract: Contract) -> list[Endpoint]:
    """Return the endpoints that the contract's routes name."""
    keys = {row["endpoint"] for row in contract.get("routes", []) if "endpoint" in row}
    return list(Endpoint.objects.filter(key__in=keys).select_related("vendor").order_by("key"))


def behind(endpoint: Endpoint, *, accounts: bool = True) -> str:
    """Return what is behind an endpoint: "Meridian AI, region eu-central, account claims-prod"."""
    region = f"region {endpoint.region}" if endpoint.region else ""
    account = f"account {endpoint.account_ref}" if endpoint.account_ref and accounts else ""
    return ", ".join(filter(None, (endpoint.vendor.name, region, account)))


def vendor_terms(endpoints: Iterable[Endpoint]) -> list[str]:
    """Return what the vendors' terms say on training and retention."""
    vendors = {endpoint.vendor_id for endpoint in endpoints}
    terms = VendorTerm.objects.filter(vendor__in=vendors, topic__in=TERMS_TOLD).select_related("vendor")
    ordered = sorted(terms, key=lambda term: (TERMS_TOLD.index(VendorTerm.Topic(term.topic)), term.vendor.name))
    return [f"{term.vendor.name}, {lower_first(term.get_topic_display())}: {term.says}" for term in ordered]


def approvers(surface: Surface, standing: Standing) -> list[str]:
    """Return the positions that must agree to a change, as policy has it now."""
    if surface.tier is None:
        return []
    names = {position.key: position.name for position in Position.objects.all()}
    route = policy.route_for("change", tier=surface.tier, regulated=held.is_regulated(standing.contract))
    return [names.get(key, key) for key, _ in route.steps]


def tool(row: Contract) -> dict[str, str]:
    """Return one tool with its effect and its limits."""
    rate = f"at most {group(row['rate'], ('authority', 'tools', 0, 'rate'))}" if "rate" in row else ""
    asks = "a person approves each call" if row.get("approval") else ""
    effect = said(("authority", "tools", 0, "effect"), row.get("effect", ""))
    return {
        "name": row["key"],
        "effect": effect,
        "limit": ", ".join(filter(None, (row.get("limits"), rate, asks))) or "none",
    }


def human(contract: Contract) -> str:
    """Return when a person looks, in a sentence."""
    review = contract.get("human_review", {})
    if "when" not in review:
        return "No human review is set."
    bits = [f"Human review: {lower_first(said(('human_review', 'when'), review['when']))}"]
    bits += [f"by {lower_first(review['who'])}"] if review.get("who") else []
    bits += [f"at {review['threshold']}"] if review.get("threshold") else []
    bits += [f"{thousands(review['sample_percent'])} % sampled"] if "sample_percent" in review else []
    return ", ".join(bits) + "." + (f" {review['override']}" if review.get("override") else "")


def evals(surface: Surface, contract: Contract, names: Names) -> dict[str, Any]:
    """Return the suites that the contract names: what is asked, and the run that speaks for this contract."""
    demands = policy.tier(surface.tier or 0)
    demanded = demands.eval_threshold if surface.tier is not None else None
    heading = f"Evals, against a threshold of {demanded:.2f}" if demanded is not None else "Evals"
    latest = library.latest_runs([surface.pk])
    stands = library.standing(surface.pk, contract, demands, latest, library.suites(), clock.now())
    rows = [_eval(each, names) for each in stands]
    return {"heading": heading, "rows": rows, "runs": any(row["at"] for row in rows), "none": "No eval suite is named."}


def _eval(standing: judging.Standing, names: Names) -> dict[str, str]:
    counted = standing.run is not None and standing.state != judging.UNBOUND
    rate = standing.run.pass_rate if standing.run is not None and counted else None
    return {
        "suite": names.of("suites", standing.key),
        "threshold": "–" if standing.threshold is None else f"{standing.threshold.normalize():f}",
        "passed": "–" if rate is None else f"{rate.quantize(HUNDREDTH, ROUND_DOWN)}",
        "at": f"{standing.run.started_at:%-d %b %Y}" if standing.run is not None and counted else "",
        "state": standing.label,
    }


def mode(surface: Surface) -> dict[str, Any]:
    """Return the mode ladder, with the rung that holds where the surface is live."""
    live = surface.state == SurfaceState.LIVE
    rungs = [[value, label] for value, label in Mode.choices]
    return {
        "heading": "Mode today" if live else "Modes, once it is live",
        "current": surface.mode if live else "",
        "rungs": rungs,
    }


def levers(contract: Contract, names: Names) -> list[dict[str, str]]:
    """Return how it is stopped and rolled back, and what it may cost."""
    back, switch, money = (contract.get(name, {}) for name in ("rollback", "kill_switch", "budget"))
    rollback = [f"To {_target(back['target'])}." if "target" in back else "", back.get("how", "")]
    rollback += (
        [f"Triggered by {listed([lower_first(one.rstrip('.')) for one in back['triggers']], 'or')}."]
        if back.get("triggers")
        else []
    )
    stop = [f"Pulled by {listed([lower_first(one) for one in switch['who']], 'or')}." if switch.get("who") else ""]
    stop += [f"When off: {lower_first(switch['fallback'].rstrip('.'))}."] if switch.get("fallback") else []
    spend = [shown_budget(money, names)] if money else []
    limits = [f"One run: {lower_first(group(contract['limits'], ('limits',)))}."] if contract.get("limits") else []
    told = (("Rollback", rollback), ("Kill switch", stop), ("Budget and limits", spend + limits))
    return [{"label": label, "text": " ".join(filter(None, words)) or "Not said yet."} for label, words in told]


def _target(target: str) -> str:
    return "the revision before" if target == "previous" else f"revision {target}"


def shown_budget(money: Contract, names: Names) -> str:
    """Return a budget in a sentence."""
    if "amount" not in money:
        return ""
    period = shown(money["period"], ("budget", "period")) if "period" in money else ""
    bits = [f"{thousands(money['amount'])} {money.get('currency', '')}".strip() + (f" a {lower_first(period)}" if period else "")]
    bits += [f"warns at {thousands(money['soft_percent'])} %"] if "soft_percent" in money else []
    bits += [f"stops at {thousands(money['hard_percent'])} %"] if "hard_percent" in money else []
    bits += [f"answered for by {names.of('people', money['owner'])}"] if money.get("owner") else []
    return ", ".join(bits) + "."
