"""Cases asked for in the eval library, until the first run that carries them."""

from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from incidents.cases.models import Incident
from incidents.postmortems import queries, rules
from incidents.postmortems.models import EvalCaseRequest
from registry.evals.models import EvalSuite, SuiteState


@action
def ask_for_case(incident: Incident, *, actor: User, suite: EvalSuite, name: str, words: str, expected: str) -> EvalCaseRequest:
    """Ask that what happened is tried from now on: a case by name in a suite, with what goes in and what good would be.

    Raises Denied, Invalid by field, Conflict when the suite has a case of this name, run or asked for.
    """
    require(rules.may_contribute(actor, queries.sees(actor, incident)))
    name = " ".join(name.split())
    wrong = {
        field: ["This is needed."]
        for field, value in (("name", name), ("words", words), ("expected", expected))
        if not value.strip()
    }
    if suite.state != SuiteState.ACTIVE:
        wrong["suite"] = [f"{suite.name} is retired; choose one in use."]
    if wrong:
        raise Invalid("This case is not whole.", fields=wrong)
    if (known := queries.ran_before(suite, name)) is not None:
        raise Conflict(
            f"{suite.name} has a case of this name; it ran last in {known.run.key}.", fix="Give the new one another name."
        )
    asked = EvalCaseRequest(
        incident=incident,
        postmortem=queries.of_incident(incident),
        suite=suite,
        name=name,
        words=words.strip(),
        expected=expected.strip(),
        asked_by=actor,
    )
    told = {
        "name": name,
        "suite": suite.name,
        "incident": f"INC-{incident.pk}",
        "postmortem": asked.postmortem.key if asked.postmortem else "",
    }
    return transitions.create(asked, actor=actor, kind="eval_case.asked", payload=told, touches=asked.ledger_touches)


@action
def change_case(
    asked: EvalCaseRequest, *, actor: User, words: str, expected: str, expected_version: int | None = None
) -> EvalCaseRequest:
    """Change what goes in or what good would be, until the case has run. Raises Denied, Invalid, StaleState."""
    asked = _now(asked, expected_version)
    require(rules.may_contribute(actor, queries.sees(actor, asked.incident)))
    if asked.first_run_id is not None:
        raise StaleState("The case has run.", fix="Change it where the suite's cases live.")
    wrong = {field: ["This is needed."] for field, value in (("words", words), ("expected", expected)) if not value.strip()}
    if wrong:
        raise Invalid("This case is not whole.", fields=wrong)
    return transitions.change(
        asked,
        actor=actor,
        kind="eval_case.changed",
        changes={"words": words.strip(), "expected": expected.strip()},
        payload={"name": asked.name, "suite": asked.suite.name},
        touches=asked.ledger_touches,
    )


@action
def case_ran(asked: EvalCaseRequest, *, actor: User) -> EvalCaseRequest:
    """Write down the first run that carried a case (work of the system). Raises StaleState when none did, or it is known."""
    asked = _now(asked, None)
    found = queries.first_run_of(asked) if asked.first_run_id is None else None
    if found is None:
        raise StaleState("No run has carried this case yet, or its first run is known.")
    told = {
        "name": asked.name,
        "suite": asked.suite.name,
        "outcome": found.get_outcome_display().lower(),
        "run": found.run.key,
        "commit": found.run.commit,
        "told": [asked.asked_by.ref],
    }
    return transitions.change(
        asked,
        actor=actor,
        kind="eval_case.ran",
        changes={"first_run": found.run, "first_outcome": found.outcome, "first_ran_at": found.run.received_at},
        payload=told,
        touches=(*asked.ledger_touches, found.run),
    )


def _now(asked: EvalCaseRequest, expected_version: int | None) -> EvalCaseRequest:
    rows = EvalCaseRequest.objects.select_for_update(of=("self",)).select_related(
        "incident__surface", "suite", "postmortem__incident", "asked_by"
    )
    found = rows.get(pk=asked.pk)
    if expected_version is not None and found.version != expected_version:
        raise transitions.stale(found)
    return found
