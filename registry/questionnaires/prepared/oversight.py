"""Who looks, what is logged, what is limited, and how it is tested."""

from collections import Counter

from registry.contracts.shape import lower_first, said
from registry.questionnaires.models import Short
from registry.questionnaires.prepared.common import also, by_evidence
from registry.questionnaires.prepared.facts import Facts
from registry.questionnaires.prepared.saying import Said, answers, counted, first, listed, short_of, unanswered

_NO_SURFACES = "Register the surfaces where you use models."


@answers("user-logs")
def user_logs(facts: Facts) -> Said:
    """Which fields contracts say are logged."""
    logged = [(surface, part["fields"]) for surface, part in facts.part("auditability") if part.get("fields")]
    if not logged:
        return unanswered("Say in contracts what is logged.")
    whose = sum("user" in each for _, each in logged)
    fields = Counter(name for _, each in logged for name in each)
    common = listed((lower_first(said(("auditability", "fields", 0), name)) for name, _ in fields.most_common()), 14)
    made = Said(
        short_of(whose, len(facts.live)),
        [f"{counted(len(logged), 'live surface')} log with each call: {common}."],
        first([surface for surface, _ in logged], 5),
    )
    made.sentences.append(f"The user or workspace is logged on {whose:,} of them; date and model always are.")
    met, asked = facts.standing("logging_minimum")
    if asked:
        made.sentences.append(f"The tier's minimum of logging is met on {met:,} of {counted(asked, 'surface')}.")
    return made


@answers("documented")
def documented(facts: Facts) -> Said:
    """Documented behaviour, and logged inputs and outputs."""
    if not facts.contracts:
        return unanswered(_NO_SURFACES)
    kept = [surface for surface, part in facts.part("auditability") if part.get("fields")]
    made = Said(short_of(len(kept), len(facts.live)), things=first([surface for surface, _ in facts.contracts], 5))
    made.sentences.append(
        f"Each of {counted(len(facts.contracts), 'live surface')} has a written contract"
        f" under a hash; {len(kept):,} log inputs and outputs as it says."
    )
    return also(made, facts.proving("model_behaviour"), "Documented behaviour")


@answers("security-logs")
def security_logs(facts: Facts) -> Said:
    """The ledger, and its newest checkpoint."""
    sealed = facts.checkpoint
    if sealed is None:
        return unanswered("Nothing has been sealed yet: the first checkpoint of the ledger shows it.")
    made = Said(Short.YES, things=[sealed, *([facts.version] if facts.version else [])])
    made.sentences.append(
        "Every decision, change and access that counts is an entry of an append-only ledger: who, when, what, with hashes of"
        " what was written."
    )
    made.sentences.append(
        f"The database refuses to change or delete entries; {sealed.size:,} of them are sealed into a Merkle tree under a signed"
        f" checkpoint of {sealed.sealed_at:%-d %B %Y}. They never expire."
    )
    made.sentences.append("Customers get those of their scope in an audit pack that they can check offline.")
    return made


@answers("input-validation")
def input_validation(facts: Facts) -> Said:
    """Evidence for the control on prompt injection, and its standing."""
    found = facts.proving("injection_defences", "safety_filter")
    met, asked = facts.standing("injection_defences")
    if not found:
        return unanswered("Collect evidence for the control Prompt-injection defences.")
    made = by_evidence(found, "Defences are documented in", "")
    made.short = short_of(met, asked) if asked else Short.YES
    if asked:
        made.sentences.append(
            "Where policy demands defences against prompt injection, they are in"
            f" place on {met:,} of {counted(asked, 'surface')}."
        )
    return made


@answers("privileges")
def privileges(facts: Facts) -> Said:
    """Tools are an allow list in the contract."""
    if not facts.contracts:
        return unanswered(_NO_SURFACES)
    armed = [(surface, part["tools"]) for surface, part in facts.part("authority") if part.get("tools")]
    bare = len(facts.contracts) - len(armed)
    effects = Counter(row.get("effect", "") for _, rows in armed for row in rows)
    spread = listed(
        f"{number:,} {'that ' + _EFFECTS[kind] if kind in _EFFECTS else 'others'}" for kind, number in sorted(effects.items())
    )
    made = Said(
        Short.YES,
        [
            f"A model may call only the tools that its contract names: {bare:,} of"
            f" {counted(len(facts.contracts), 'live surface')} may call none."
        ],
        first([surface for surface, _ in (armed or facts.contracts)], 6),
    )
    if spread:
        made.sentences.append(f"The others may call tools: {spread}.")
    return made


_EFFECTS = {"read": "only read", "write": "write", "irreversible": "do what cannot be undone"}


@answers("human")
def human(facts: Facts) -> Said:
    """Human review, and approval of tool calls."""
    reviewed = [(surface, part["when"]) for surface, part in facts.part("human_review") if part.get("when")]
    tools = [row for _, part in facts.part("authority") for row in part.get("tools", ())]
    if not reviewed and not tools:
        return unanswered("Say in contracts when a person looks, and which tool calls a person approves.")
    made = Said(things=first([surface for surface, _ in reviewed] or [surface for surface, _ in facts.part("authority")]))
    kinds = Counter(lower_first(said(("human_review", "when"), when)) for _, when in reviewed)
    if kinds:
        made.sentences.append(f"Human review: {listed(f'{kind} on {number:,}' for kind, number in kinds.most_common())}.")
    final = [row for row in tools if row.get("effect") == "irreversible"]
    asked = sum(bool(row.get("approval")) for row in final)
    if final:
        made.sentences.append(
            f"Of {counted(len(final), 'tool')} that cannot be undone, {asked:,} need a person's approval for each call."
        )
    whole = len(reviewed) >= len(facts.contracts) and asked == len(final)
    made.short = Short.YES if whole else Short.PARTLY
    return made


@answers("plugins")
def plugins(facts: Facts) -> Said:
    """Limits on tool calls in one run."""
    limited = [(surface, part["tool_calls"]) for surface, part in facts.part("limits") if part.get("tool_calls") is not None]
    armed = [surface for surface, part in facts.part("authority") if part.get("tools")]
    if not limited:
        return unanswered("Limit in contracts how many tool calls one run may make.")
    most = max(number for _, number in limited)
    free = {each.pk for each in armed} - {surface.pk for surface, _ in limited}
    made = Said(Short.PARTLY if free else Short.YES, things=first([surface for surface, _ in limited]))
    made.sentences.append(
        f"One run may make {most:,} tool calls at most, on {counted(len(limited), 'surface')} whose contract limits them."
    )
    if free:
        made.sentences.append(f"{counted(len(free), 'surface')} with tools {'has' if len(free) == 1 else 'have'} no such limit.")
    return made


@answers("resource-limits")
def resource_limits(facts: Facts) -> Said:
    """Limits of a run, and budgets."""
    runs = [surface for surface, part in facts.part("limits")]
    budgets = [surface for surface, part in facts.part("budget") if part.get("hard_percent")]
    if not runs and not budgets:
        return unanswered("Set limits of a run and a budget in contracts.")
    both = list({each.pk: each for each in [*runs, *budgets]}.values())
    text = (
        f"{len(runs):,} of {counted(len(facts.live), 'live surface')} limit steps, tool calls or"
        f" spend of one run; {len(budgets):,} have a budget that stops them."
    )
    made = Said(short_of(len(both), len(facts.live)), [text], first(both))
    return also(made, facts.proving("rate_limits"), "Rate limits")


@answers("isolation")
def isolation(facts: Facts) -> Said:
    """Evidence for the sandbox, or about isolation."""
    found = facts.proving("sandbox") + facts.about("isolation", "sandbox", "multi-tenan", "multitenan")
    found = list({each.pk: each for each in found}.values())
    return by_evidence(found, "Isolation is shown by", "Collect evidence for the control Sandbox, or about tenant isolation.")


@answers("audit-rights")
def audit_rights(facts: Facts) -> Said:
    """What we offer: packs and guest auditors. The contract's clause is evidence."""
    found = facts.about("audit right", "right to audit", "audit clause")
    if facts.version is None:
        return unanswered("Adopt a policy.")
    offer = (
        "Customers get an audit pack that is checked offline without trusting us, and"
        " their auditor gets read access to one scope and period."
    )
    made = Said(Short.YES if found else Short.PARTLY, [offer], [facts.version])
    made = also(made, found, "The contract's clause")
    return made if found else Said(Short.PARTLY, [*made.sentences, "A clause on audit rights is not kept here."], made.things)


@answers("test-documents")
def test_documents(facts: Facts) -> Said:
    """Eval runs, drills, and evidence of red-teaming."""
    red = facts.about("red team", "red-team", "penetration", "pentest", "adversarial")
    if not facts.runs and not red:
        return unanswered("Post eval runs, or collect reports of red-teaming as evidence.")
    made = Said(Short.YES if facts.runs and red else Short.PARTLY, things=first(facts.runs))
    if facts.runs:
        suites = listed(sorted({run.suite.name for run in facts.runs}))
        made.sentences.append(
            f"Evals: {counted(len(facts.runs), 'newest run')} of {suites}, the last on {facts.runs[0].started_at:%-d %B %Y}."
        )
        met, asked = facts.standing("evals_above_threshold")
        made.sentences += (
            [f"They are fresh and above their threshold on {met:,} of {counted(asked, 'surface')}."] if asked else []
        )
    made = also(made, red, "Red-teaming and attacks")
    passed = facts.passed("kill_switch")
    made.sentences += [f"Kill switches were drilled on {counted(len(passed), 'surface')}."] if passed else []
    made.things += first(passed, 5)
    return made
