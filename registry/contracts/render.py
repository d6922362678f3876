"""The five parts of a contract as a page shows them: words, small facts as chips, and lines."""

from dataclasses import dataclass

from registry.contracts.canonical import normal
from registry.contracts.diff_common import group
from registry.contracts.facts import Names
from registry.contracts.problems import thousands
from registry.contracts.shape import FIVE, Contract, lower_first, parts, said


@dataclass(frozen=True, slots=True)
class Part:
    """One of the five parts as a page shows it."""

    key: str
    title: str
    aside: str
    text: str
    chips: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def five_parts(contract: Contract, names: Names | None = None) -> list[Part]:
    """Inputs, outputs, authority, fallback and auditability, with the small facts of each as chips and lines."""
    whole = normal(contract)
    called = names or Names()
    tell = {
        "inputs": lambda part: (classes_of(part, called), [f"Never: {small(one)}." for one in part.get("never", [])]),
        "outputs": lambda part: (_output_chips(part), [part["disclosure"]] if "disclosure" in part else []),
        "authority": lambda part: ([_tool(row, called) for row in part.get("tools", [])], _tool_limits(part, called)),
        "fallback": lambda part: ([], _failures(part)),
        "auditability": lambda part: (
            [said(("auditability", "fields", 0), one) for one in part.get("fields", [])],
            _kept(part),
        ),
    }
    told = []
    for key in FIVE:
        part = whole.get(key, {})
        chips, lines = tell[key](part)
        aside = lower_first(str(parts()[key]["properties"]["description"]["title"]))
        told.append(Part(key, str(parts()[key]["title"]), aside, part.get("description", ""), tuple(chips), tuple(lines)))
    return told


def classes_of(inputs: Contract, names: Names) -> list[str]:
    """The data classes of the inputs by name, with what is only seen redacted."""
    rows = inputs.get("data_classes", [])
    return [names.of("data_classes", row["key"]) + (", redacted" if row["handling"] == "redacted" else "") for row in rows]


def small(text: str) -> str:
    """A phrase for the middle of a sentence."""
    return lower_first(text.rstrip("."))


def years(days: int) -> str:
    """Days as people say them: seven years, 90 days."""
    words = ("no time", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    if days and days % 365 == 0 and days // 365 < len(words):
        count = days // 365
        return f"{words[count]} year{'s' if count > 1 else ''}"
    return words[0] if days == 0 else f"{thousands(days)} day{'s' if days > 1 else ''}"


def _output_chips(outputs: Contract) -> list[str]:
    chips = [said(("outputs", "audience"), outputs["audience"])] if "audience" in outputs else []
    if outputs.get("draft"):
        chips.append("a person sends it")
    if outputs.get("decision", "none") != "none":
        chips.append(lower_first(said(("outputs", "decision"), outputs["decision"])))
    if "max_length" in outputs:
        chips.append(f"at most {group(outputs['max_length'], ('outputs', 'max_length'))}")
    return chips


def _tool(row: Contract, names: Names) -> str:
    effect = "" if row["effect"] == "read" else f", {lower_first(said(('authority', 'tools', 0, 'effect'), row['effect']))}"
    return names.of("tools", row["key"]) + effect


def _tool_limits(authority: Contract, names: Names) -> list[str]:
    told = []
    for row in authority.get("tools", []):
        bits = [row.get("limits", "")]
        bits += ["a person approves each call"] if row.get("approval") else []
        bits += [group(row["rate"], ("authority", "tools", 0, "rate")) + " at most"] if "rate" in row else []
        if any(bits):
            told.append(f"{names.of('tools', row['key'])}: {', '.join(filter(None, bits))}.")
    return told


def _failures(fallback: Contract) -> list[str]:
    told = []
    for key, found in parts()["fallback"]["properties"].items():
        if key != "description" and key in fallback:
            told.append(f"{found['title']}: {lower_first(group(fallback[key], ('fallback', key)))}.")
    return told


def _kept(auditability: Contract) -> list[str]:
    told = [f"Kept for {years(auditability['retention_days'])}."] if "retention_days" in auditability else []
    if "raw_text" in auditability:
        told.append(f"Raw text: {lower_first(said(('auditability', 'raw_text'), auditability['raw_text']))}.")
    if "where" in auditability:
        told.append(f"Where: {auditability['where'].rstrip('.')}.")
    return told
