"""How a question reads: subject, action, resource, context, alone, many at once, or with one of them left open (search).

Pure. What the standard does not know is ignored, as it demands (Authorization API 1.0: unknown fields); what it knows
and finds of the wrong type or missing is refused as a whole, or, inside a batch, for that one question.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.core.errors import Invalid

EXECUTE_ALL, DENY_ON_FIRST_DENY, PERMIT_ON_FIRST_PERMIT = "execute_all", "deny_on_first_deny", "permit_on_first_permit"
SEMANTICS = (EXECUTE_ALL, DENY_ON_FIRST_DENY, PERMIT_ON_FIRST_PERMIT)
PARTS = ("subject", "action", "resource", "context")
NEEDS: Mapping[str, tuple[str, ...]] = {"subject": ("type", "id"), "action": ("name",), "resource": ("type", "id")}
"""What each part must carry, as text."""
MOST_QUESTIONS = 500
LONGEST = 1_000
PAGE, LARGEST_PAGE = 100, 500


@dataclass(frozen=True, slots=True)
class Entity:
    """Who asks to do something, or what it is done to."""

    type: str
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """What is to be done."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """May this subject do this to this resource, in this context?"""

    subject: Entity
    action: Action
    resource: Entity
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Many questions in the order asked; one that cannot be read stands as its error. `semantics` says when to stop."""

    items: tuple[Question | Invalid, ...]
    semantics: str = EXECUTE_ALL


@dataclass(frozen=True, slots=True)
class Page:
    """How much of the answer to a search is wanted, and after what."""

    limit: int = PAGE
    token: str = ""


def read(data: Any) -> Question:
    """Return one question. Raises Invalid that names every field that is missing or of the wrong type."""
    body = _object(data)
    _refuse(_faults(body, NEEDS))
    return _question(body)


def read_many(data: Any) -> Question | Batch:
    """Return the questions of a batch; without any, the one question that stands alone. Raises Invalid for the whole."""
    body = _object(data)
    listed = body.get("evaluations")
    if listed is None or listed == []:
        return read(body)
    if not isinstance(listed, list):
        raise _invalid({"evaluations": ["Give a list."]})
    if len(listed) > MOST_QUESTIONS:
        raise _invalid({"evaluations": [f"At most {MOST_QUESTIONS} at once."]})
    _refuse({part: ["Give an object."] for part in PARTS if part in body and not isinstance(body[part], dict)})
    return Batch(tuple(_item(body, item) for item in listed), _semantics(body.get("options")))


def read_search(data: Any, open_part: str) -> tuple[Question, Page]:
    """Return a search as a question in which one part (subject, resource or action) is open, and the page wanted."""
    body = _object(data)
    needs = dict(NEEDS)
    if open_part == "action":
        del needs["action"]
        body = {**body, "action": {"name": ""}}
    else:
        needs[open_part] = ("type",)
        part = body.get(open_part)
        body = {**body, open_part: {**part, "id": ""}} if isinstance(part, dict) else body
    _refuse(_faults(body, needs))
    return _question(body), _page(body.get("page"))


def _object(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise _invalid({"": ["Give an object with subject, action and resource."]})
    return data


def _item(defaults: Mapping[str, Any], item: Any) -> Question | Invalid:
    if not isinstance(item, dict):
        return _invalid({"": ["Give an object."]})
    merged = {part: _merged(part, defaults.get(part), item[part]) if part in item else defaults.get(part) for part in PARTS}
    faults = _faults({part: value for part, value in merged.items() if value is not None}, NEEDS)
    return _invalid(faults) if faults else _question(merged)


def _merged(part: str, default: Any, given: Any) -> Any:
    """A part that is given replaces the default as a whole; only what a part must carry is taken from the default."""
    if not isinstance(default, dict) or not isinstance(given, dict):
        return given
    return {**{name: default[name] for name in NEEDS.get(part, ()) if name in default}, **given}


def _faults(body: Mapping[str, Any], needs: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: [text] for part in needs for name, text in _part_faults(part, body.get(part), needs[part])} | (
        {} if isinstance(body.get("context", {}), dict) else {"context": ["Give an object."]}
    )


def _part_faults(part: str, value: Any, needed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if value is None:
        yield part, "This is needed."
        return
    if not isinstance(value, dict):
        yield part, "Give an object."
        return
    for name in needed:
        text = value.get(name)
        if not isinstance(text, str) or not text:
            yield f"{part}.{name}", "Give a text." if name in value else "This is needed."
        elif len(text) > LONGEST:
            yield f"{part}.{name}", f"At most {LONGEST} characters."
    if not isinstance(value.get("properties", {}), dict):
        yield f"{part}.properties", "Give an object."


def _question(body: Mapping[str, Any]) -> Question:
    subject, action, resource = body["subject"], body["action"], body["resource"]
    return Question(
        Entity(subject["type"], subject["id"], subject.get("properties", {})),
        Action(action["name"], action.get("properties", {})),
        Entity(resource["type"], resource["id"], resource.get("properties", {})),
        body.get("context") or {},
    )


def _semantics(options: Any) -> str:
    if options is None:
        return EXECUTE_ALL
    if not isinstance(options, dict):
        raise _invalid({"options": ["Give an object."]})
    wanted = options.get("evaluations_semantic", EXECUTE_ALL)
    if wanted not in SEMANTICS:
        raise _invalid({"options.evaluations_semantic": [f"One of {', '.join(SEMANTICS)}."]})
    return str(wanted)


def _page(page: Any) -> Page:
    if page is None:
        return Page()
    if not isinstance(page, dict):
        raise _invalid({"page": ["Give an object."]})
    limit, token = page.get("limit", PAGE), page.get("token", page.get("next_token", ""))
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise _invalid({"page.limit": ["Give a whole number above 0."]})
    if not isinstance(token, str) or len(token) > LONGEST:
        raise _invalid({"page.token": ["Give the token of the page before."]})
    return Page(min(limit, LARGEST_PAGE), token)


def _refuse(faults: Mapping[str, list[str]]) -> None:
    if faults:
        raise _invalid(faults)


def _invalid(faults: Mapping[str, list[str]]) -> Invalid:
    told = "; ".join(f"{name or 'body'}: {texts[0]}" for name, texts in faults.items())
    return Invalid(f"The question cannot be read. {told}", fix="See the AuthZEN Authorization API 1.0.", fields=faults)
