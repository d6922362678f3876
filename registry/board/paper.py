"""A sealed answer on paper: the same words as on its page, gaps first; the whole of it travels along as JSON."""

from collections.abc import Mapping
from typing import Any

from registry.board import telling
from registry.board.models import BoardAnswer
from registry.board.question import STOPS
from registry.board.reading import STATES, people

KIND = "board-answer"
PRINTED = 400
"""Lines on paper, gaps first; all are in the attached data."""


def context(answer: BoardAnswer, user: Any) -> dict[str, Any]:
    """Return everything that the document shows, as plain data, and the answer as it was sealed."""
    content = answer.content
    names = {ref: person.name for ref, person in people(content).items()}
    stops = content["question"]["asks"] == STOPS
    printed = content["lines"][:PRINTED]
    return {
        "head": "Board answer",
        "key": answer.key,
        "asked": content["words"] or content["sentence"],
        "read_as": content["sentence"],
        "headline": [{"text": text, "strong": strong} for text, strong in telling.headline(content)],
        "stops": stops,
        "rows": [_stopping(line, names) if stops else _row(line, names) for line in printed],
        "left": len(content["lines"]) - len(printed),
        "facts": _facts(answer, names),
        "blind": telling.blind(content["blind"]),
        "limits": telling.limits(content),
        "answer_sha256": answer.digest,
        "answer": content,
    }


def _facts(answer: BoardAnswer, names: Mapping[str, str]) -> list[dict[str, str]]:
    content = answer.content
    said = (
        ("Days, UTC", telling.days(content)),
        ("Asked by", names.get(content["answered_for"], "somebody no longer known")),
        ("Calls", f"{answer.calls:,}"),
        ("Ledger", f"as of entry {answer.head_seq:,}"),
    )
    return [{"label": label, "value": value} for label, value in said]


def _row(line: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    surface, approval, revision = line["surface"], line["approval"], line["revision"]
    level, state = STATES[line["standing"]]
    said = approval["people"] if approval else []
    return {
        "model": line["model"] or (f"tool {line['tool']}" if line["tool"] else "not named"),
        "place": ", ".join(each for each in (line["region"], (line["vendor"] or {}).get("name") or line["provider"]) if each),
        "surface": surface["name"] if surface else line["named"] or "not registered",
        "key": surface["key"] if surface else "",
        "tier": surface["tier"] if surface else None,
        "owner": names.get(line["owner"], "") or "No owner",
        "calls": f"{line['calls']:,}",
        "first": line["first_at"],
        "last": line["last_at"],
        "level": level,
        "state": state if line["standing"] != "approved" else "",
        "why": telling.reasons(line),
        "approvers": ", ".join(names.get(each["person"], "somebody no longer known") for each in said),
        "approved_at": max((each["at"] for each in said), default=approval["since"] if approval else ""),
        "policy": approval["policy"] if approval else "",
        "revision": f"r{revision['number']}" if revision else "",
        "sha256": revision["sha256"] if revision else "",
        "entries": ", ".join(f"{each['entry']:,}" for each in said if each["entry"]),
    }


def _stopping(line: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "surface": line["surface"]["name"],
        "key": line["surface"]["key"],
        "tier": line["surface"]["tier"],
        "owner": names.get(line["owner"], "") or "No owner",
        "calls": f"{line['calls']:,}",
        "level": "ok" if line["works"] else "stop",
        "state": "Goes on" if line["works"] else "Stops",
        "takes_over": ", ".join(line["takes_over"]),
        "why": " ".join(line["why"]),
        "instead": line["instead"],
    }
