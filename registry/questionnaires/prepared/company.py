"""What the company uses, under which policy, with which risks, and who answers for it."""

from collections import Counter

from registry.questionnaires.models import Short
from registry.questionnaires.prepared.common import by_evidence, names
from registry.questionnaires.prepared.facts import Facts
from registry.questionnaires.prepared.saying import Said, answers, counted, days, first, listed, short_of, unanswered

_NO_SURFACES = "Register the surfaces where you use models."


@answers("uses-models")
def uses_models(facts: Facts) -> Said:
    """The register itself."""
    if not facts.live:
        return unanswered(_NO_SURFACES)
    coming = f" {facts.others:,} more {'is' if facts.others == 1 else 'are'} being prepared." if facts.others else ""
    return Said(
        Short.YES,
        [
            f"{counted(len(facts.live), 'AI surface')} {'is' if len(facts.live) == 1 else 'are'}"
            f" live: {names(facts.live)}.{coming}"
        ],
        first(facts.live),
    )


@answers("capabilities")
def capabilities(facts: Facts) -> Said:
    """The purposes of live surfaces."""
    told = [each for each in facts.live if each.purpose]
    if not told:
        return unanswered("Say of live surfaces what they are for.")
    lines = [f"{each.name}: {' '.join(each.purpose.split())[:240]}" for each in told[:12]]
    more = f" {len(told) - 12:,} more are kept in the register." if len(told) > 12 else ""
    return Said("", [f"{'; '.join(line.rstrip('.') for line in lines)}.{more}"], first(told, 12))


@answers("policies")
def policies(facts: Facts) -> Said:
    """The policy in force, and the charter."""
    if facts.version is None:
        return unanswered("Adopt a policy.")
    made = Said(
        Short.YES,
        [
            f"Policy {facts.version.label} is in effect since {facts.version.effective_at:%-d %B %Y}:"
            " tiers, controls, data classes, approvals and incident deadlines."
        ],
        [facts.version],
    )
    if facts.charter is not None and facts.charter.in_force_since is not None:
        made.sentences.append(f"The model-risk charter is in force since {facts.charter.in_force_since:%-d %B %Y}.")
        made.things.append(facts.charter)
    return made


@answers("risk-model")
def risk_model(facts: Facts) -> Said:
    """Tiers, and how far the NIST AI RMF is covered by controls."""
    if facts.version is None:
        return unanswered("Adopt a policy.")
    tiers = Counter(each.tier for each in facts.live if each.tier is not None)
    spread = listed(f"{number:,} in tier {tier}" for tier, number in sorted(tiers.items()))
    made = Said(
        Short.YES,
        ["Our own five tiers of risk decide controls, approvals, reviews and deadlines" + (f" ({spread})." if spread else ".")],
        [facts.version, *first(facts.live, 3)],
    )
    made.sentences.append(f"NIST AI RMF 1.0: {facts.coverage.said}.")
    return made


@answers("risks")
def risk_register(facts: Facts) -> Said:
    """The risk register."""
    if not facts.risks:
        return unanswered("Keep the risk register: what could go wrong, how likely, how bad, who answers for it.")
    high = sum(each.score >= 10 for each in facts.risks)
    late = sum(each.review_on < facts.at.date() for each in facts.risks)
    text = (
        f"The register holds {counted(len(facts.risks), 'risk')} with likelihood, impact,"
        f" owner, treatment and next review; {high:,} score 10 or more"
    )
    return Said(Short.YES, [f"{text}, and {late:,} {'is' if late == 1 else 'are'} overdue for review."], first(facts.risks))


@answers("negative-impacts")
def negative_impacts(facts: Facts) -> Said:
    """Fallbacks for each failure mode, and the RMF's MANAGE items."""
    ready = [surface for surface, part in facts.part("fallback") if len(part) > 1]
    if not ready:
        return unanswered("Say in contracts what happens when a surface fails.")
    made = Said(
        short_of(len(ready), len(facts.live)),
        [f"{len(ready):,} of {counted(len(facts.live), 'live surface')} name what happens for each way of failing."],
        first(ready, 5),
    )
    made.sentences.append("Incidents have categories, severities, deadlines and postmortems by policy.")
    made.sentences.append(f"NIST AI RMF 1.0: {facts.coverage.said}.")
    made.things += [facts.version] if facts.version else []
    return made


@answers("training")
def training(facts: Facts) -> Said:
    """Only evidence shows that people were trained."""
    found = facts.about("training record", "responsible ai", "ai literacy", "awareness", "course", "literacy")
    return by_evidence(found, "Training is recorded in", "Collect evidence of training (with 'AI literacy' in its title).")


@answers("owners")
def owners(facts: Facts) -> Said:
    """Owners, RACI, inventory with classes of data, and drills. People are counted, never named."""
    if not facts.live:
        return unanswered(_NO_SURFACES)
    owned = sum(each.owner is not None and each.owner.is_active for each in facts.live)
    classed = [surface for surface, part in facts.part("inputs") if part.get("data_classes")]
    complete, asked = facts.standing("raci_complete")
    made = Said(short_of(min(owned, len(classed)), len(facts.live)), things=first(facts.live))
    made.sentences.append(
        f"{owned:,} of {counted(len(facts.live), 'live surface')} have one named accountable"
        f" owner; the RACI is complete on {complete:,} of {asked:,}."
    )
    made.sentences.append(f"The inventory names the classes of data for {len(classed):,} of them.")
    passed = facts.passed("kill_switch") + facts.passed("rollback")
    span = days(365)
    made.sentences.append(f"Within {span}, {counted(len(passed), 'drill')} of kill switches and rollbacks passed.")
    made.things += first(passed, 5)
    return made
