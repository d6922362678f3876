"""Models and those behind them: names, versions, notice, agreements, certificates, liability."""

from registry.questionnaires.models import Short
from registry.questionnaires.prepared.common import also, by_evidence, by_terms, names, terms
from registry.questionnaires.prepared.facts import Facts
from registry.questionnaires.prepared.saying import Said, answers, counted, first, listed, sentence, short_of, unanswered
from registry.surfaces.models import Pattern

_NO_ENDPOINTS = "Name endpoints in the contracts of live surfaces."


@answers("models")
def models(facts: Facts) -> Said:
    """The endpoints that contracts in force name."""
    if not facts.endpoints:
        return unanswered(_NO_ENDPOINTS)
    said = [f"{each.model} by {each.vendor.name}{f' in {each.region}' if each.region else ''}" for each in facts.endpoints]
    return Said("", [sentence(f"In use: {listed(said, 20)}")], first(facts.endpoints, 20))


@answers("fine-tuning")
def fine_tuning(facts: Facts) -> Said:
    """Evidence of fine-tuning; without self-hosted models there is none of ours."""
    if found := facts.about("fine-tun", "finetun", "distill"):
        return by_evidence(found, "Fine-tuning and distillation are documented in", "")
    own = [each for each in facts.live if each.pattern == Pattern.SELF_HOSTED]
    if not facts.endpoints or own:
        return unanswered("Collect evidence that says whether models are fine-tuned (with 'fine-tuning' in its title).")
    text = (
        "All live surfaces use vendors' models as they are offered; none hosts"
        " a model of its own, and no fine-tuning is recorded."
    )
    return Said(Short.NO, [text], first(facts.endpoints))


@answers("change-notice")
def change_notice(facts: Facts) -> Said:
    """Our changes are approved revisions; the vendors' notice is in their terms."""
    said, found = terms(facts, "notice")
    routed = [surface for surface, part in facts.part("routes")]
    if not routed:
        return unanswered(_NO_ENDPOINTS)
    made = Said(
        "",
        [
            f"On our side no model changes unnoticed: {counted(len(routed), 'live surface')} name"
            " their models in a contract that changes only by an approved revision."
        ],
        first(routed, 5),
    )
    made.sentences += said or ["The vendors' notice of changes is not recorded."]
    made.things += first(found)
    return made


@answers("deprecation")
def deprecation(facts: Facts) -> Said:
    """The days on which endpoints in use end, and the vendors' notice."""
    ending = sorted((each for each in facts.endpoints if each.deprecates_on), key=lambda each: (each.deprecates_on, each.key))
    said, found = terms(facts, "notice")
    if not ending and not found:
        return unanswered("Record when endpoints in use are retired, or the vendors' terms on notice.")
    made = Said(things=[*first(ending), *first(found)])
    if ending:
        dates = listed(f"{each.model} on {each.deprecates_on:%-d %B %Y}" for each in ending)
        made.sentences.append(f"Announced ends: {dates}.")
    made.sentences += said
    made.sentences.append("A migration is a change: proposed, evaluated and approved before it comes into force.")
    return made


@answers("model-card")
def model_card(facts: Facts) -> Said:
    """Evidence of documented behaviour or a card; each surface has a spec sheet."""
    found = facts.about("model card", "system card", "fact sheet", "factsheet") + facts.proving("model_behaviour")
    found = list({each.pk: each for each in found}.values())
    if found:
        return by_evidence(found, "Documented in", "")
    if not facts.contracts:
        return unanswered("Collect the models' cards as evidence (with 'model card' in their title).")
    text = (
        f"For each of {counted(len(facts.contracts), 'live surface')} a spec sheet says model, data,"
        " authority, evals and rollback; cards of the vendors' models are not kept here."
    )
    return Said(Short.PARTLY, [text], first([surface for surface, _ in facts.contracts], 5))


@answers("deterministic")
def deterministic(facts: Facts) -> Said:
    """Only evidence says with which parameters models are called."""
    return by_evidence(
        facts.about("temperature", "sampling", "determinis", "reproducib"),
        "Sampling parameters are documented in",
        "Collect evidence that says the sampling parameters (with 'sampling' in its title).",
    )


@answers("supply-chain")
def supply_chain(facts: Facts) -> Said:
    """Vendors with their reviews, and approved endpoints."""
    if not facts.vendors:
        return unanswered(_NO_ENDPOINTS)
    reviewed = [each for each in facts.vendors if each.reviewed_on and (not each.review_on or each.review_on >= facts.at.date())]
    made = Said(short_of(len(reviewed), len(facts.vendors)), things=first(facts.vendors))
    made.sentences.append(
        f"{len(reviewed):,} of {counted(len(facts.vendors), 'AI vendor')} in use"
        f" {'is' if len(reviewed) == 1 else 'are'} reviewed and not overdue for review."
    )
    met, asked = facts.standing("approved_catalogue")
    if asked:
        made.sentences.append(f"{met:,} of {counted(asked, 'surface')} use only endpoints and tools that were approved.")
    plans = [each for each in facts.vendors if each.exit_plan]
    if plans:
        made.sentences.append(f"For {names(plans)} it is written down what we would do tomorrow without them.")
    return made


@answers("subprocessors")
def subprocessors(facts: Facts) -> Said:
    """The vendors in use, with where and for what."""
    if not facts.vendors:
        return unanswered(_NO_ENDPOINTS)
    lines = []
    for vendor in facts.vendors:
        mine = [each for each in facts.endpoints if each.vendor_id == vendor.pk]
        places, used = listed(sorted({each.region for each in mine if each.region})), {each.key for each in mine}
        serving = [surface.name for surface, rows in facts.part("routes") if any(row.get("endpoint") in used for row in rows)]
        serving += [each.name for each in facts.live if each.vendor_id == vendor.pk]
        lines.append(f"{vendor.name}{f' ({places})' if places else ''}: {listed(serving, 5)}")
    return Said("", [sentence("; ".join(lines[:40]))], first(facts.vendors, 20))


@answers("subprocessor-agreements")
def agreements(facts: Facts) -> Said:
    """Vendors whose terms are recorded."""
    known = {term.vendor_id for found in facts.terms.values() for term in found}
    agreed = [each for each in facts.vendors if each.pk in known]
    if not agreed:
        return unanswered("Record the terms of the vendors in use.")
    made = Said(short_of(len(agreed), len(facts.vendors)), things=first(agreed))
    made.sentences.append(
        f"Terms are recorded for {len(agreed):,} of {counted(len(facts.vendors), 'AI vendor')} in use: {names(agreed)}."
    )
    said, found = terms(facts, "subprocessors")
    made.sentences += said
    made.things += first(found, 5)
    return also(made, facts.about("data processing agreement", "dpa"), "Agreements")


@answers("certifications")
def certifications(facts: Facts) -> Said:
    """Our certificates are evidence; the vendors' stand in their terms."""
    made = by_terms(facts, "certifications")
    own = facts.about("soc 2", "soc2", "iso 27001", "iso 42001", "iso/iec", "certificate", "certification")
    if not own:
        return made
    held = by_evidence(own, "We hold", "")
    return Said(Short.YES, held.sentences + made.sentences, held.things + made.things)


@answers("liability")
def liability(facts: Facts) -> Said:
    """What the vendors' terms say on indemnity and intellectual property."""
    return also(by_terms(facts, "indemnity"), facts.about("liability", "indemnit"), "Our own terms")
