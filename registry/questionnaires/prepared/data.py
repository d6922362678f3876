"""Which data goes where: rules, retention, training on it, places."""

from collections import Counter

from registry.contracts.shape import lower_first, said
from registry.questionnaires.models import Short
from registry.questionnaires.prepared.common import also, by_evidence, by_terms, terms
from registry.questionnaires.prepared.facts import Facts
from registry.questionnaires.prepared.saying import Said, answers, counted, days, first, listed, sentence, unanswered


@answers("sensitive-rules")
def sensitive_rules(facts: Facts) -> Said:
    """Data rules of the endpoints in use, and what contracts say never goes in."""
    if not facts.rules:
        return unanswered("Set data rules for the endpoints in use: which class of data may go there, only redacted, or never.")
    by_class: dict[str, Counter[str]] = {}
    for rule in facts.rules:
        by_class.setdefault(rule.data_class.name, Counter())[rule.rule] += 1
    said_of = listed(
        f"{name}: {', '.join(f'{lower_first(_RULES[rule])} at {number}' for rule, number in sorted(counts.items()))}"
        for name, counts in sorted(by_class.items())
    )
    made = Said(Short.YES, [f"Every endpoint has rules by class of data. {said_of}."], first(facts.rules))
    met, asked = facts.standing("data_rules")
    if asked:
        made.sentences.append(
            f"They are checked against every route of a surface: satisfied on {met:,} of {counted(asked, 'surface')}."
        )
    never = [each for surface, part in facts.part("inputs") for each in part.get("never", ())]
    if never:
        made.sentences.append(sentence(f"Contracts exclude, among others, {listed(lower_first(each) for each in never)}"))
    return made


_RULES = {"allowed": "Allowed", "redacted": "Only redacted", "never": "Never"}


@answers("remove-data")
def remove_data(facts: Facts) -> Said:
    """What is not trained on need not be removed from a model: the vendors' terms say so, or evidence does."""
    made = by_terms(facts, "training")
    if made.is_answered:
        made.sentences.insert(
            0, "What is sent in a request does not become part of a model where the vendor does not train on it."
        )
    return also(made, facts.about("deletion", "erasure", "unlearn"), "How data is deleted")


@answers("input-influence")
def input_influence(facts: Facts) -> Said:
    """Prompts are versioned and approved; vendors' terms say whether requests train the model."""
    made = by_terms(facts, "training")
    prompts = [surface for surface, part in facts.part("prompts")]
    if made.is_answered and prompts:
        made.sentences.append(
            f"Prompts of {counted(len(prompts), 'surface')} are versioned, and change only by an approved revision."
        )
        made.things += first(prompts, 5)
    return made


@answers("training-data")
def training_data(facts: Facts) -> Said:
    """We use vendors' models; whoever trains collects evidence of how its data is vetted."""
    found = facts.about("training data", "dataset", "data sheet", "datasheet")
    if found:
        return by_evidence(found, "How training data is vetted, audited and limited in access", "")
    return unanswered(
        "Collect evidence of how training data is vetted, yours or the vendor's (with 'training data' in its title)."
    )


@answers("lawful-basis")
def lawful_basis(facts: Facts) -> Said:
    """Only evidence, such as a vendor's statement, shows it."""
    found = facts.about("lawful basis", "copyright", "training data", "licence", "license")
    return by_evidence(
        found, "Statements on the training data", "Collect the vendor's statement on its training data as evidence."
    )


@answers("retained")
def retained(facts: Facts) -> Said:
    """How long each surface keeps what, and the vendors' terms."""
    kept = [(surface, part["retention_days"]) for surface, part in facts.part("auditability") if "retention_days" in part]
    said_of, found = terms(facts, "retention")
    if not kept and not found:
        return unanswered("Say in contracts how long logs are kept, and record the vendors' terms on retention.")
    made = Said(things=[*first([surface for surface, _ in kept], 5), *first(found)])
    if kept:
        spans = sorted({number for _, number in kept})
        span = days(spans[0]) if len(spans) == 1 else f"{days(spans[0])} to {days(spans[-1])}"
        made.sentences.append(f"{counted(len(kept), 'surface')} {'keeps' if len(kept) == 1 else 'keep'} logs for {span}.")
        raw = Counter(part.get("raw_text", "") for _, part in facts.part("auditability") if part.get("raw_text"))
        words = listed(
            f"{lower_first(said(('auditability', 'raw_text'), kind))} on {number}" for kind, number in sorted(raw.items())
        )
        made.sentences += [f"Raw text of requests: {words}."] if words else []
    made.sentences += said_of
    return made


@answers("retention")
def retention(facts: Facts) -> Said:
    """What is kept by default, and what the vendors' terms say of the end of a contract."""
    made = retained(facts)
    said_of, found = terms(facts, "exit")
    if made.is_answered:
        made.sentences += said_of
        made.things += first(found, 5)
    return made


@answers("trained-on-ours")
def trained_on_ours(facts: Facts) -> Said:
    """The vendors' terms on training."""
    return by_terms(facts, "training")


@answers("where")
def where(facts: Facts) -> Said:
    """The regions of the endpoints in use, and who may use them."""
    placed = [each for each in facts.endpoints if each.region]
    if not placed:
        return unanswered("Give the endpoints in use their region.")
    regions: dict[str, list[str]] = {}
    for each in placed:
        regions.setdefault(each.region, []).append(f"{each.name} ({each.vendor.name})")
    made = Said(things=first(placed))
    made.sentences += [f"In {region}: {listed(used)}." for region, used in sorted(regions.items())]
    missing = len(facts.endpoints) - len(placed)
    if missing:
        made.sentences.append(f"For {counted(missing, 'further endpoint')} no region is recorded.")
    said_of, found = terms(facts, "regions")
    made.sentences += said_of
    made.things += first(found, 5)
    return made
