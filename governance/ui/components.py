"""The larger components: each is one template in templates/components/, filled by a function that declares its parameters.

A parameter that is not declared, or one that is missing, is an error when the template is read; a value that the
component has no shape for is an error when it is drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, ClearableFileInput, RadioSelect, Select, Textarea
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from governance.core.verdict import Verdict


class ComponentError(ValueError):
    """A component was given a value that it has no shape for."""


def one_of(component: str, name: str, value: str, allowed: Sequence[str]) -> str:
    """Return the value when it is allowed; else say which ones are."""
    if value not in allowed:
        raise ComponentError(f"{component}: {name} is one of {', '.join(map(repr, allowed))}, not {value!r}")
    return value


def needed(component: str, **values: Any) -> None:
    """Refuse parameters that came out empty: usually a misspelt variable in a template."""
    for name, value in values.items():
        if value is None or value == "":
            raise ComponentError(f"{component}: {name} is empty; is the variable spelt right?")


def draw(component: str, **values: Any) -> SafeString:
    """Fill a component's template."""
    return mark_safe(get_template(f"components/{component}.html").render(values))


def button(
    label: str,
    url: str = "",
    kind: str = "",
    icon: str = "",
    key: str = "",
    small: bool = False,
    block: bool = False,
    name: str = "",
    value: str = "",
    dialog: bool = False,
    post: bool = False,
    fields: Mapping[str, Any] | None = None,
    csrf: str = "",
    verdict: Verdict | None = None,
    formaction: str = "",
    kind_of: str = "submit",
) -> SafeString:
    """Draw a link or button. A refusing verdict disables it and says why beside it; it is never hidden."""
    needed("button", label=label)
    one_of("button", "kind", kind, ("", "primary", "stop", "bare"))
    classes = " ".join(
        part
        for part in ("btn", f"btn--{kind}" if kind else "", "btn--small" if small else "", "btn--block" if block else "")
        if part
    )
    refused = verdict if verdict is not None and not verdict else None
    return draw(
        "button", label=label, url=url, classes=classes, icon=icon, key=key, name=name, value=value, dialog=dialog,
        post=post, fields=dict(fields or {}), csrf=csrf, refused=refused, formaction=formaction, kind_of=kind_of,
    )  # fmt: skip


def field(bound: Any, label: str = "", hint: str = "", wide: bool = False, autofocus: bool = False) -> SafeString:
    """Draw a form field with its label, help and errors, tied together for screen readers."""
    if not isinstance(bound, BoundField):
        raise ComponentError(f"field: needs a form's field, not {bound!r}; is the name spelt right?")
    widget = bound.field.widget
    if bound.is_hidden:
        return mark_safe(str(bound) + "".join(str(error) for error in bound.errors))
    described = [f"{bound.auto_id}-help"] if (hint or bound.help_text) else []
    described += [f"{bound.auto_id}-error"] if bound.errors else []
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if autofocus:
        attrs["autofocus"] = True
    shape = _shape(widget)
    if shape in {"input", "select", "text", "file"}:
        attrs["class"] = f"{widget.attrs.get('class', '')} field".strip()
    if shape == "text" and widget.attrs.get("rows", "10") == "10":
        attrs["rows"] = 4
    return draw(
        "field",
        bound=bound,
        shape=shape,
        control=bound.as_widget(attrs=attrs) if shape != "choices" else "",
        options=_choices(bound) if shape == "choices" else [],
        label=label or bound.label,
        hint=hint or bound.help_text,
        required=bound.field.required,
        wide=wide,
        described=" ".join(described),
    )


def _shape(widget: Any) -> str:
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, Select):
        return "select"
    if isinstance(widget, Textarea):
        return "text"
    return "file" if isinstance(widget, ClearableFileInput) else "input"


def _choices(bound: BoundField) -> list[dict[str, Any]]:
    helps = getattr(bound.field, "choice_help", {})
    return [
        {"tag": item.tag(), "label": item.choice_label, "help": helps.get(str(item.data["value"]), "")}
        for item in bound.subwidgets
        if str(item.data["value"]) != "" or not bound.field.required
    ]


def facts(items: Iterable[Any]) -> SafeString:
    """Draw labelled values in a line."""
    return draw("facts", items=list(items))


def tabs(items: Sequence[Any], label: str) -> SafeString:
    """Draw the tabs of an object; each is an address."""
    needed("tabs", label=label)
    return draw("tabs", items=items, label=label)


def next_action(text: str, detail: str = "", tone: str = "", buttons: Sequence[Any] = (), csrf: str = "") -> SafeString:
    """Draw the one next action of an object."""
    needed("next", text=text)
    one_of("next", "tone", tone, ("", "stop", "warn"))
    return draw("next", text=text, detail=detail, tone=tone, buttons=buttons, csrf=csrf)


def rows(items: Sequence[Any], empty: str = "Nothing waits for you.") -> SafeString:
    """Draw a short list: verb, what, tier, due. Items are InboxLine-like: verb, title, url, detail, due, tier."""
    return draw("rows", items=items, empty=empty)


def timeline(items: Sequence[Any]) -> SafeString:
    """Draw entries on the line. Items have html, at, tone (held, warn, stop or nothing), and may have note and seq."""
    for item in items:
        one_of("timeline", "tone", getattr(item, "tone", ""), ("", "held", "warn", "stop"))
    return draw("timeline", items=items)


def blank(
    title: str,
    text: str,
    tone: str = "",
    heading: int = 2,
    action: str = "",
    url: str = "",
    other: str = "",
    other_url: str = "",
    note: str = "",
) -> SafeString:
    """Draw an empty, denied or failed state: what is, why, and the one thing to do."""
    needed("blank", title=title, text=text)
    one_of("blank", "tone", tone, ("", "off", "stop"))
    return draw(
        "blank", title=title, text=text, tone=tone, heading=heading, action=action, url=url, other=other,
        other_url=other_url, note=note,
    )  # fmt: skip


def progress(done: int, total: int, label: str = "") -> SafeString:
    """Draw how far something is, in figures and as a bar."""
    percent = min(100, done * 100 // total) if total else 0
    return draw("progress", done=done, total=total, label=label, percent=percent)


def skeleton(label: str = "Loading", lines: int = 3) -> SafeString:
    """Draw the place of what is loading, as high as what comes."""
    return draw("skeleton", label=label, lines=range(lines))


def proof(text: Any, digest: str = "", url: str = "", action: str = "Check it") -> SafeString:
    """Draw the line that says from what an answer was made and how to check it."""
    needed("proof", text=text)
    return draw("proof", text=text, digest=digest, url=url, action=action)


def parts(items: Sequence[tuple[str, str, Any]], chips: Mapping[str, Sequence[str]] | None = None) -> SafeString:
    """Draw named parts with a small line under each name: (name, small, value)."""
    chosen = chips or {}
    return draw("parts", items=[(name, small, value, chosen.get(name, ())) for name, small, value in items])


def diff(items: Sequence[Any]) -> SafeString:
    """Draw what changes. Items have name, small, html (with ins and del) and may have why."""
    return draw("diff", items=items)


def ladder(rungs: Sequence[tuple[str, bool]]) -> SafeString:
    """Draw the modes from normal to off; exactly one is current."""
    if sum(1 for _, current in rungs if current) != 1:
        raise ComponentError("ladder: exactly one rung is current")
    return draw("ladder", rungs=rungs)


def approval(
    person: Any, position: str, state: tuple[str, str], at: Any = None, digest: str = "", comment: str = "", mine: bool = False
) -> SafeString:
    """Draw one approval: who, for which position, what they said and when, bound to which hash."""
    needed("approval", position=position)
    return draw("approval", person=person, position=position, state=state, at=at, digest=digest, comment=comment, mine=mine)


def check(tone: str, text: str, verdict: str, why: str = "") -> SafeString:
    """Draw one control or demand and how it stands."""
    one_of("check", "tone", tone, ("ok", "warn", "stop", "held", "wait"))
    needed("check", text=text, verdict=verdict)
    return draw("check", tone=tone, text=text, verdict=verdict, why=why, mark="until" if tone == "held" else tone)


def tally(counts: Sequence[tuple[str, int]], label: str) -> SafeString:
    """Draw a thin bar of shares: (tone, number) pairs."""
    total = sum(count for _, count in counts) or 1
    bars, x = [], 0.0
    for tone, count in counts:
        one_of("tally", "tone", tone, ("ok", "held", "warn", "stop"))
        if count:
            width = 112 * count / total
            bars.append((tone, round(x, 2), round(max(width - 2, 1), 2)))
            x += width
    return draw("tally", bars=bars, label=label)


def comment_row(person: Any, at: Any, html: Any, actions: Sequence[Any] = ()) -> SafeString:
    """Draw one comment."""
    return draw("comment", person=person, at=at, html=html, actions=actions)


def pager(slice: Any, browse: Any) -> SafeString:
    """Draw what is shown of how many, and the way to the rest."""
    numbers = [(number, browse.url(page=number) if number else "") for number in slice.numbers]
    return draw(
        "pager",
        slice=slice,
        numbers=numbers,
        previous=browse.url(page=slice.number - 1) if slice.number > 1 else "",
        following=browse.url(page=slice.number + 1) if slice.number < slice.pages else "",
        newer=browse.url(before=slice.newer) if slice.newer else "",
        older=browse.url(after=slice.older) if slice.older else "",
    )
