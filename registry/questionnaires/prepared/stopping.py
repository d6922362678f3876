"""Switching off and on again: who can, how quickly, and when it was last tried."""

from registry.contracts.shape import lower_first, said
from registry.questionnaires.models import Short
from registry.questionnaires.prepared.common import by_evidence, names
from registry.questionnaires.prepared.facts import Facts
from registry.questionnaires.prepared.saying import Said, answers, counted, first, listed, seconds, short_of, unanswered

_NO_SWITCH = "Give live surfaces a kill switch in their contract, and drill it."
_CUSTOMER = ("opt-out", "opt out", "disable ai", "turn off ai", "tenant setting", "feature toggle")


def _switches(facts: Facts) -> Said:
    """Say how many live surfaces have a kill switch, what its rungs are, and how long the last drills took."""
    switched = [surface for surface, part in facts.part("kill_switch") if part.get("rungs")]
    if not switched:
        return unanswered(_NO_SWITCH)
    rungs = {rung for _, part in facts.part("kill_switch") for rung in part.get("rungs", ())}
    steps = listed(lower_first(said(("kill_switch", "rungs", 0), rung)) for rung in sorted(rungs))
    text = (
        f"{len(switched):,} of {counted(len(facts.live), 'live AI surface')} have a"
        f" kill switch (rungs: {steps}), which takes effect at once."
    )
    made = Said(short_of(len(switched), len(facts.live)), [text])
    if passed := facts.passed("kill_switch"):
        took = [drill.seconds or 0 for drill in passed]
        made.sentences.append(
            f"It was drilled on {counted(len(passed), 'surface')} within a year and took {seconds(max(took))} at the longest;"
            f" the last drill was on {passed[0].run_at:%-d %B %Y}."
        )
        made.things += first(passed)
    made.things += first(switched)
    return made


@answers("tenant-off")
def tenant_off(facts: Facts) -> Said:
    """Evidence of a customer's own switch; else what we can do for them, which is only part of an answer."""
    if found := facts.about(*_CUSTOMER):
        return by_evidence(found, "Customers can switch AI features off", "")
    made = _switches(facts)
    if not made.is_answered:
        return unanswered("Collect evidence of the customer's own switch (with 'opt-out' in its title).")
    made.short = Short.PARTLY
    made.sentences.append("We pull it for a customer who asks; a switch of the customer's own is not recorded.")
    return made


@answers("opt-out")
def opt_out(facts: Facts) -> Said:
    """Only evidence shows that single people can opt out."""
    return by_evidence(
        facts.about(*_CUSTOMER, "objection"),
        "People can opt out",
        "Collect evidence of how people opt out (with 'opt-out' in its title).",
    )


@answers("incident-off")
def incident_off(facts: Facts) -> Said:
    """Kill switches and their drills."""
    return _switches(facts)


@answers("halt-time")
def halt_time(facts: Facts) -> Said:
    """How long the lever took when it was drilled; what was not drilled is not known."""
    passed = facts.passed("kill_switch")
    if not passed:
        return unanswered("Drill the kill switch of live surfaces: only a drill shows how long it takes.")
    took = sorted(drill.seconds or 0 for drill in passed)
    middle = took[len(took) // 2]
    text = (
        f"In drills of {counted(len(passed), 'surface')} within a year, stopping took {seconds(took[-1])} at the longest"
        f" and {seconds(middle)} in the middle; {sum(each <= 30 for each in took):,} of {len(took):,} held within 30 seconds."
    )
    return Said("", [text, f"The last drill was on {passed[0].run_at:%-d %B %Y}."], first(passed))


@answers("incident-on")
def incident_on(facts: Facts) -> Said:
    """Switching on again needs approval; cite raises and drilled rollbacks."""
    back = facts.passed("rollback")
    if not facts.raised and not back:
        return unanswered("Raise a lowered mode, or drill a rollback: either shows that one comes back.")
    made = Said(
        Short.YES,
        ["Switching a surface further on again needs the approval that its tier demands, by somebody else than who asks."],
    )
    if facts.raised:
        made.sentences.append(
            f"{counted(len(facts.raised), 'surface mode')} {'was' if len(facts.raised) == 1 else 'were'} raised again so."
        )
        made.things += first(facts.raised, 5)
    if back:
        took = max(drill.seconds or 0 for drill in back)
        made.sentences.append(
            f"Going back to the revision before was drilled on {names([each.surface for each in back])}"
            f" and took {seconds(took)} at the longest."
        )
        made.things += first(back, 5)
    return made
