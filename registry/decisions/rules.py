"""May this surface, as it stands, send these data to this endpoint, call this tool, search this source? Pure.

Everything that speaks against it is said at once. What is not known speaks against it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from registry.contracts.shape import EFFECTS
from registry.decisions.answers import Answer, Reason
from registry.decisions.held import NEVER, ONLY_REDACTED, PLAIN, REDACTED, Facts, ItemFacts, SurfaceFacts
from registry.decisions.questions import Question
from registry.modes import ladder
from registry.modes.served import served
from registry.quarantine.held import Quarantined
from registry.surfaces.models import Mode

SEND, CALL, RETRIEVE = "send", "call", "retrieve"
PAIRS = {SEND: "endpoint", CALL: "tool", RETRIEVE: "retrieval_source"}
"""What can be asked: each action with the type of resource it is done to."""
DATA_RULES, APPROVED_CATALOGUE = "data_rules", "approved_catalogue"
"""Controls of the policy whose exception lifts what the matrix or the catalogue would refuse."""
RAISE = "Raise its mode."
LIFT = "Have the quarantine lifted, or propose a revision without what it holds."
Reasons = Iterator[Reason]


def decide(question: Question, facts: Facts) -> Answer:
    """Answer a question about a surface."""
    surface = facts.surfaces.get(question.subject.id)
    if surface is None:
        reason = Reason("unknown_surface", "There is no such surface that you may ask about.", "Check its key, such as S-0418.")
        return _answer([reason], {"policy": facts.policy})
    about = _about(surface, facts)
    if PAIRS.get(question.action.name) != question.resource.type:
        return _answer([_unknown_pair(question)], about)
    reasons = [*_standing(surface)]
    if surface.contract:
        reasons += [*_mode(surface, question, facts.quarantined), *_asked(question, surface, facts)]
    return _answer(reasons, about | _obligations(question, surface))


def _answer(reasons: list[Reason], about: Mapping[str, Any]) -> Answer:
    told = [{"code": each.code, "text": each.text, "fix": each.fix} for each in reasons]
    return Answer(not reasons, {"reasons": told, **about})


def _about(surface: SurfaceFacts, facts: Facts) -> dict[str, Any]:
    return {
        "surface": surface.key,
        "state": surface.state,
        "mode": surface.mode,
        "tier": surface.tier,
        "revision": surface.number or None,
        "hash": surface.digest or None,
        "in_force_since": surface.since.isoformat() if surface.since else None,
        "approvals": [{"by": one.by, "position": one.position, "at": one.at.isoformat()} for one in surface.approvals],
        "policy": facts.policy,
        "approved_under": surface.approved_under or None,
        "exceptions": [{"control": control, "key": key} for control, key in sorted(surface.waived.items())],
        "quarantines": [
            {"kind": each.kind, "id": each.key, "key": each.by} for each in facts.quarantined.named_in(surface.contract)
        ],
    }


def _unknown_pair(question: Question) -> Reason:
    asked = f"{question.action.name[:60]} on {question.resource.type[:60]}"
    told = ", ".join(f"{action} on {kind}" for action, kind in PAIRS.items())
    return Reason("unknown_question", f"Nobody here decides about {asked}.", f"Ask about {told}.")


def _standing(surface: SurfaceFacts) -> Reasons:
    """What speaks against anything this surface does, whatever it is."""
    if surface.state == "retired":
        yield Reason("retired", "This surface is retired.", "Register a new one.")
    elif surface.state == "paused":
        yield Reason("paused", "This surface is paused.", "Its owner resumes it.")
    elif surface.contract and surface.state != "live":
        yield Reason("not_live", "This surface is not live.", "Have its contract approved.")
    if not surface.contract:
        yield Reason(
            "nothing_in_force", "No revision of its contract is in force.", "Propose its contract, and have it approved."
        )
    for each in surface.unmet:
        yield Reason(f"control:{each.control}", f"{each.title}: {each.why}", each.next_step)


def _mode(surface: SurfaceFacts, question: Question, quarantined: Quarantined) -> Reasons:
    """What the present rung of the ladder takes away, and the one further down to which quarantine leaves it."""
    action = question.action.name
    if surface.mode not in ladder.RUNGS:
        yield Reason("mode_unknown", "The surface's mode is not one that is known.", "Set its mode.")
        return
    mode = served(surface.mode, surface.contract, quarantined)
    left, fix = ladder.allowed(mode), RAISE if mode == surface.mode else LIFT
    if mode == Mode.OFF and mode != surface.mode:
        yield Reason("quarantine_off", "Every route that could answer is quarantined; only its fallback answers.", fix)
        return
    if not left["on"]:
        yield Reason("mode_off", "The surface is switched off; only its fallback answers.", fix)
        return
    if action == CALL and not left["tools"]:
        yield Reason("mode_no_tools", "In its present mode the surface calls no tools.", fix)
    if action == RETRIEVE and not left["retrieval"]:
        yield Reason("mode_no_retrieval", "In its present mode nothing is retrieved.", fix)
    if action == SEND and not left["main_model"] and "safer" not in surface.roles(question.resource.id):
        text = "In its present mode only the safer route answers."
        yield Reason("mode_safer_model", text, "Use the route with the role safer.")
    if not left["unattended"] and question.context.get("human_approval") is not True:
        fix = "Have a person check it, and say context.human_approval: true."
        yield Reason("mode_human_review", "In its present mode a person checks everything first.", fix)


def _held(question: Question, quarantined: Quarantined) -> Reasons:
    """What may not be used by anybody now, whatever a contract or an exception says."""
    held = {SEND: quarantined.endpoints, CALL: quarantined.tools, RETRIEVE: quarantined.sources}[question.action.name]
    if by := held.get(question.resource.id):
        what = question.resource.type
        text = f"{question.resource.id[:100]} is in quarantine ({by}), for every surface."
        yield Reason(f"{what}_quarantined", text, LIFT)


def _spend(question: Question, surface: SurfaceFacts, facts: Facts) -> Reasons:
    """A hard spend limit that is reached and refuses: of the surface, its team, the company, the vendor or the feature."""
    feature = question.context.get("feature")
    by_feature = facts.spent_up.features.get(feature, "") if isinstance(feature, str) else ""
    by = surface.spent_up or facts.spent_up.endpoints.get(question.resource.id, "") or by_feature
    if by:
        text = f"The spend limit of this month is reached ({by})."
        yield Reason("spend_limit_reached", text, "Its owner raises the limit, or wait until the month ends.")


def _asked(question: Question, surface: SurfaceFacts, facts: Facts) -> Reasons:
    yield from _held(question, facts.quarantined)
    if question.action.name == SEND:
        yield from _spend(question, surface, facts)
        yield from _send(question, surface, facts)
    elif question.action.name == CALL:
        yield from _call(question, surface, facts)
    elif not surface.retrieves(question.resource.id):
        text = f"The contract in force names no retrieval source {question.resource.id[:100]}."
        yield Reason("source_not_in_contract", text, "Propose a revision that names it.")


def _send(question: Question, surface: SurfaceFacts, facts: Facts) -> Reasons:
    key = question.resource.id
    endpoint = facts.endpoints.get(key)
    if endpoint is None:
        yield Reason("unknown_endpoint", f"The catalogue has no endpoint {key[:100]}.", "Use a key of the catalogue.")
    else:
        yield from _usable("endpoint", endpoint, surface)
    if not surface.roles(key):
        text = f"The contract in force has no route to {key[:100]}."
        yield Reason("endpoint_not_in_contract", text, "Propose a revision with that route.")
    yield from _data(question, surface, facts)
    if endpoint is not None and DATA_RULES not in surface.waived:
        for data_class, handling in data_of(question)[0].items():
            if data_class in facts.defaults:
                yield from _matrix(data_class, handling, endpoint, facts.rule(key, data_class))


def _data(question: Question, surface: SurfaceFacts, facts: Facts, *, needed: bool = True) -> Reasons:
    asked, unread = data_of(question, needed=needed)
    if unread:
        yield Reason("data_unread", unread, 'Send context.data_classes, such as ["internal"] or [{"key": ..., "handling": ...}].')
    for data_class, handling in asked.items():
        yield from _class_in_contract(data_class, handling, surface, facts)


def _class_in_contract(data_class: str, handling: str, surface: SurfaceFacts, facts: Facts) -> Reasons:
    allowed = surface.data_classes.get(data_class)
    if data_class not in facts.defaults:
        text = f"Policy knows no data class {data_class[:100]}."
        yield Reason("unknown_data_class", text, "Use a class of the policy.")
    elif allowed is None:
        text = f"The contract in force does not let it see {data_class} data."
        yield Reason("data_class_not_in_contract", text, "Propose a revision that names the class.")
    elif allowed == REDACTED and handling != REDACTED:
        text = f"The contract in force lets it see {data_class} data only redacted."
        yield Reason("data_class_only_redacted", text, "Redact it, and say handling: redacted.")


def _matrix(data_class: str, handling: str, endpoint: ItemFacts, rule: str) -> Reasons:
    if rule == NEVER:
        yield Reason(
            "data_rule_never", f"The data rules never let {data_class} data go to {endpoint.name}.", "Use another endpoint."
        )
    elif rule == ONLY_REDACTED and handling != REDACTED:
        text = f"The data rules let {data_class} data go to {endpoint.name} only redacted."
        yield Reason("data_rule_redacted", text, "Redact it, and say handling: redacted.")


def _call(question: Question, surface: SurfaceFacts, facts: Facts) -> Reasons:
    key = question.resource.id
    tool, agreed = facts.tools.get(key), surface.tool(key)
    if tool is None:
        yield Reason("unknown_tool", f"The catalogue has no tool {key[:100]}.", "Use a key of the catalogue.")
    else:
        yield from _usable("tool", tool, surface)
    if agreed is None:
        text = f"The contract in force does not let it call {key[:100]}."
        yield Reason("tool_not_in_contract", text, "Propose a revision that names the tool.")
    elif tool is not None and _heavier(tool.effect, agreed["effect"]):
        text = f"{tool.name} does more than the contract in force says ({tool.effect}, not {agreed['effect']})."
        yield Reason("tool_effect", text, "Propose a revision that says what it does.")
    if needs_person(agreed, tool) and question.context.get("human_approval") is not True:
        fix = "Have a person approve this call, and say context.human_approval: true."
        yield Reason("needs_human_approval", "Each call of this tool waits for a person's approval.", fix)
    yield from _data(question, surface, facts, needed=False)


def needs_person(agreed: Mapping[str, Any] | None, tool: ItemFacts | None) -> bool:
    """Whether a person approves each call: the contract says so, or it cannot be undone."""
    effects = {tool.effect if tool else "", agreed["effect"] if agreed else ""}
    return "irreversible" in effects or bool(agreed and agreed.get("approval"))


def _heavier(real: str, agreed: str) -> bool:
    return real in EFFECTS and agreed in EFFECTS and EFFECTS.index(real) > EFFECTS.index(agreed)


def _usable(what: str, item: ItemFacts, surface: SurfaceFacts) -> Reasons:
    if APPROVED_CATALOGUE in surface.waived and "suspended" not in (item.state, item.vendor_state):
        return
    if item.state != "approved":
        yield Reason(
            f"{what}_{item.state}", f"{item.name} is {item.state}, not approved.", f"Have the {what} approved, or use another."
        )
    if item.vendor_state not in ("", "approved"):
        text = f"{item.vendor}, whose {what} this is, is {item.vendor_state}, not approved."
        yield Reason(f"vendor_{item.vendor_state}", text, f"Have the vendor approved, or use another {what}.")


def data_of(question: Question, *, needed: bool = True) -> tuple[dict[str, str], str]:
    """Return the data classes of a question with their handling, and what keeps them from being read.

    They stand under `data_classes` in the context or in the properties of action or resource; where more than one
    names them, all hold, and a class counts as redacted only when everybody says so.
    """
    found: dict[str, str] = {}
    named = False
    for place in (question.context, question.action.properties, question.resource.properties):
        listed = place.get("data_classes")
        if listed is None:
            continue
        named = True
        if not isinstance(listed, list):
            return {}, "The data classes are not a list."
        for each in listed:
            key, handling = _row(each, place.get("handling", PLAIN))
            if not key or handling not in (PLAIN, REDACTED):
                return {}, "A data class is neither a key nor a key with its handling, plain or redacted."
            found[key] = PLAIN if PLAIN in (handling, found.get(key)) else REDACTED
    if needed and not (named and found):
        return {}, "The question does not say which data classes are sent."
    return found, ""


def _row(each: Any, handling: Any) -> tuple[str, Any]:
    key, own = (each.get("key"), each.get("handling", handling)) if isinstance(each, dict) else (each, handling)
    return (key, own) if isinstance(key, str) else ("", own)


def _obligations(question: Question, surface: SurfaceFacts) -> dict[str, Any]:
    """What whoever enforces this has to keep to, beside the decision: nobody here counts calls or reads limits."""
    if question.action.name == CALL and (agreed := surface.tool(question.resource.id)):
        told = {name: agreed[name] for name in ("effect", "limits", "rate") if name in agreed}
        return {"obligations": told}
    if question.action.name == SEND and (roles := surface.roles(question.resource.id)):
        return {"obligations": {"roles": roles, "log": list(surface.contract.get("auditability", {}).get("fields", []))}}
    return {}
