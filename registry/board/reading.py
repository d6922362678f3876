"""Puts an answer before its readers: people by name, why each line stands as it does, and where it leads."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from governance.ledger.queries import READS_LEDGER
from governance.people.models import User
from registry.board import rules, telling
from registry.board.question import NAMES, STOPS, TOUCHED, Question, of_plain
from registry.board.words import KINDS, said_days

STATES = {"approved": ("ok", "As approved"), "not_approved": ("stop", "Not approved"), "unknown": ("warn", "Cannot be told")}
WAIVED = {"emergency": "as an emergency", "rollback": "by a rollback"}
ANY = {"classes": "Any data", "surfaces": "Any surface", "models": "Any model", "vendors": "Any vendor"}
GAP = 2
WIDTH = 1000


def people(content: Mapping[str, Any]) -> dict[str, User]:
    """Return those whom an answer names, by reference, in one statement; whoever was erased is called as others call them."""
    refs = {content["answered_for"]}
    for line in content["lines"]:
        refs.add(line["owner"])
        for each in (line.get("approval") or {}).get("people", ()):
            refs |= {each["person"], each["on_behalf_of"]}
    return {user.ref: user for user in User.objects.filter(ref__in=refs - {""})}


def shown(content: Mapping[str, Any], user: Any) -> dict[str, Any]:
    """Return an answer for a page."""
    known = people(content)
    question = of_plain(content["question"])
    stops = question.asks == STOPS
    lines = [_stopping(line, known) if stops else _line(line, known, user) for line in content["lines"]]
    return {
        "content": content,
        "question": question,
        "stops": stops,
        "headline": telling.headline(content),
        "lines": lines,
        "count": _capital(telling.counted(content["totals"]["lines"], "surface" if stops else "path")),
        "share": [] if stops else strip(content["lines"], content["totals"]["calls"]),
        "share_said": share_said(content["totals"]) if not stops else "",
        "pills": pills(question, content["names"]),
        "days": said_days(question.start, question.end),
        "limits": telling.limits(content),
        "models_said": "" if stops else _capital(telling.models(content["totals"])),
        "said": telling.blind(content["blind"]) if "blind" in content else [],
        "told": "blind" in content and content["blind"]["surfaces"]["told"],
        "answered_at": datetime.fromisoformat(content["answered_at"]),
        "may_seal": bool(rules.may_seal(user)),
        "answered_for": known.get(content["answered_for"]),
    }


def pills(question: Question, names: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what a question was read as, part by part: set parts first with the address without them."""
    found = [{"label": "What stops", "without": replace(question, asks=TOUCHED).query()}] if question.asks == STOPS else []
    for kind in NAMES:
        keys = getattr(question, kind)
        if not keys:
            continue
        said = " or ".join(names.get(f"{kind} {key}", key) for key in keys)
        text = said if kind == "standings" else f"{KINDS[kind]} is {said}"
        found.append({"label": text, "without": question.without(kind).query()})
    found.append({"label": said_days(question.start, question.end), "without": ""})
    return found + [{"label": label, "without": ""} for kind, label in ANY.items() if not getattr(question, kind)][:2]


def strip(lines: Iterable[Mapping[str, Any]], calls: int) -> list[dict[str, Any]]:
    """Return the bars of the strip under the headline: one for each line, as wide as its share of the calls.

    At least two units wide and in all no wider than the strip, so that a gap of a few calls among millions is still seen.
    """
    shown = [line for line in lines if line["calls"]][:60]
    if not calls or not shown:
        return []
    room = WIDTH - GAP * (len(shown) - 1)
    wide = [max(2.0, room * line["calls"] / calls) for line in shown]
    scale = min(1.0, room / sum(wide))
    bars, at = [], 0.0
    for line, width in zip(shown, wide, strict=True):
        tone = {"not_approved": "chart-bar--stop", "unknown": "chart-bar--warn"}.get(line["standing"], "chart-bar")
        bars.append({"x": f"{at:.1f}", "width": f"{width * scale:.1f}", "css": tone})
        at += width * scale + GAP
    return bars


def share_said(totals: Mapping[str, int]) -> str:
    """Say in words what the strip shows."""
    parts = [("approved", "approved"), ("not_approved", "not approved"), ("unknown", "cannot be told")]
    said = [f"{telling.share(totals[key], totals['calls'])} {word}" for key, word in parts if totals[key]]
    return f"{', '.join(said)}." if said else ""


def _line(line: Mapping[str, Any], known: Mapping[str, User], user: Any) -> dict[str, Any]:
    approval = line["approval"]
    return {
        **line,
        **_where(line, known),
        "title": line["model"] or (f"tool {line['tool']}" if line["tool"] else "not named"),
        "place": " · ".join(each for each in (line["region"], (line["vendor"] or {}).get("name") or line["provider"]) if each),
        "state": STATES[line["standing"]],
        "why": telling.reasons(line),
        "first": datetime.fromisoformat(line["first_at"]),
        "last": datetime.fromisoformat(line["last_at"]),
        "is_off": line["standing"] == "not_approved",
        "approvers": _approvers(approval, known) if approval else [],
        "entries": (entries := _entries(approval) if approval and user.role in READS_LEDGER else []),
        "more_entries": max(0, len(entries) - 2),
        "approved_on": _approved_on(approval) if approval else None,
        "waived": WAIVED.get(approval["waived_by"], "") if approval else "",
        "change_url": reverse("change", args=[approval["change"]]) if approval and approval["change"] else "",
        "contract_only": line["classes_from"] == ["contract"],
    }


def _where(line: Mapping[str, Any], known: Mapping[str, User]) -> dict[str, Any]:
    surface = line["surface"]
    if surface is None:
        return {"surface_url": "", "person": None, "revision_url": ""}
    revision = line.get("revision")
    return {
        "surface_url": reverse("surface", args=[surface["key"]]),
        "person": known.get(line["owner"]),
        "revision_url": reverse("surface-revision", args=[surface["key"], revision["number"]]) if revision else "",
    }


def _approvers(approval: Mapping[str, Any], known: Mapping[str, User]) -> list[dict[str, str]]:
    said = ((each, known.get(each["person"])) for each in approval["people"])
    return [{"name": who.name if who else "somebody no longer known", "position": each["position"]} for each, who in said]


def _entries(approval: Mapping[str, Any]) -> list[dict[str, Any]]:
    numbers = [each["entry"] for each in approval["people"] if each["entry"]]
    return [{"number": number, "url": reverse("entry", args=[number])} for number in numbers]


def _approved_on(approval: Mapping[str, Any]) -> date:
    said = [each["at"] for each in approval["people"]] or [approval["since"]]
    return datetime.fromisoformat(max(said)).date()


def _stopping(line: Mapping[str, Any], known: Mapping[str, User]) -> dict[str, Any]:
    return {
        **line,
        "surface_url": reverse("surface", args=[line["surface"]["key"]]),
        "person": known.get(line["owner"]),
        "state": ("ok", "Goes on") if line["works"] else ("stop", "Stops"),
        "last": datetime.fromisoformat(line["last_at"]) if line["last_at"] else None,
        "is_off": not line["works"],
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
