"""Differences in prompts, retrieval sources and evals: lists of named things that have versions or thresholds."""

from collections.abc import Iterator

from registry.contracts.diff_common import changed, matched, part_of
from registry.contracts.differences import Difference, Expansion
from registry.contracts.facts import Names
from registry.contracts.problems import thousands
from registry.contracts.prose import compare
from registry.contracts.shape import Contract


def prompts(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Prompt by prompt: version and words in one difference, where it is held in others."""
    for was, now in matched(part_of(old, "prompts"), part_of(new, "prompts"), "key"):
        row = now or was or {}
        subject = f"prompt {row['key']}"
        if was is None:
            yield Difference(
                "prompts", subject, "added", f"{_called(row)} added", ("prompt",), after=row.get("text") or _called(row)
            )
        elif now is None:
            yield Difference(
                "prompts",
                subject,
                "removed",
                f"{_called(row)} removed",
                ("prompt",),
                before=row.get("text") or _called(row),
            )
        else:
            yield from _prompt(was, now, subject)


def _called(row: Contract) -> str:
    return " ".join(filter(None, ("prompt", row["key"], row.get("version"))))


def _prompt(was: Contract, now: Contract, subject: str) -> Iterator[Difference]:
    old_text, new_text = was.get("text", ""), now.get("text", "")
    old_version, new_version = was.get("version", ""), now.get("version", "")
    segments = tuple(compare(old_text, new_text)) if old_text and new_text and old_text != new_text else ()
    told_text = old_text != new_text
    if told_text or old_version != new_version:
        steps = f"{old_version or 'no version'} to {new_version or 'no version'}"
        version = steps if old_version != new_version else f"{new_version} reworded under the same version".strip()
        note = "" if old_version != new_version else "The words changed, the version did not."
        yield Difference(
            "prompts", subject, "changed", f"{subject} {version}", ("prompt",), old_version, new_version, segments, note
        )
    for key in ("held", "repository", "path", "commit", "sha256"):
        if was.get(key) != now.get(key) and not (key == "sha256" and told_text):
            yield changed(("prompts", 0, key), was.get(key), now.get(key), "prompt", subject=subject)


def retrieval(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Source by source; a new source, other documents and another access scope may show it more."""
    for was, now in matched(part_of(old, "retrieval"), part_of(new, "retrieval"), "key"):
        row = now or was or {}
        subject = f"retrieval source {row['key']}"
        told = ", ".join(filter(None, (row["key"], row.get("snapshot"), row.get("documents"))))
        if was is None:
            wide = Expansion("data", f"It may search {row['key']}.")
            yield Difference("retrieval", subject, "added", f"{subject} added", ("retrieval",), after=told, expansions=(wide,))
        elif now is None:
            yield Difference("retrieval", subject, "removed", f"{subject} removed", ("retrieval",), before=told)
        else:
            for key in ("snapshot", "documents", "access"):
                if was.get(key) != now.get(key):
                    wider = key != "snapshot" and was.get(key)
                    why = (
                        (Expansion("data", f"What may be found in {row['key']} is described otherwise; compare the words."),)
                        if wider
                        else ()
                    )
                    yield changed(("retrieval", 0, key), was.get(key), now.get(key), "retrieval", subject=subject, expands=why)


def suites(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Suite by suite; one that goes, or asks for less, is a safeguard that weakens."""
    for was, now in matched(part_of(old, "evals"), part_of(new, "evals"), "suite"):
        row = now or was or {}
        name = names.of("suites", row["suite"])
        subject = f"eval {name}"
        limit = f"{thousands(row['threshold'])} or above" if "threshold" in row else ""
        if was is None:
            yield Difference(
                "evals",
                subject,
                "added",
                f"{subject} must pass{limit and f' at {limit}'}",
                ("eval",),
                after=limit or "must pass",
            )
        elif now is None:
            lost = Expansion("safeguards", f"{name} need not pass any more.")
            yield Difference(
                "evals",
                subject,
                "removed",
                f"{subject} need not pass any more",
                ("eval",),
                before=limit or "must pass",
                expansions=(lost,),
            )
        elif was != now:
            lower = was.get("threshold", 0) > now.get("threshold", 0)
            why = (Expansion("safeguards", f"{name} may pass at a lower rate."),) if lower else ()
            yield changed(
                ("evals", 0, "threshold"),
                was.get("threshold"),
                now.get("threshold"),
                "eval",
                subject=subject,
                expands=why,
            )
