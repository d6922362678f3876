"""The component tags. A tag is a function whose parameters are the component's; an unknown one fails at reading.

Available in every template (a builtin); `{% load plumb %}` is allowed and does nothing more.
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from governance.core.verdict import Verdict
from governance.ui import assets, atoms, components
from governance.ui.components import ComponentError, draw, needed, one_of
from governance.ui.icons import icon as icon_html
from governance.ui.pages.object import Button

register = template.Library()

for _plain in (
    components.field, components.facts, components.tabs, components.rows, components.timeline, components.blank,
    components.progress, components.skeleton, components.proof, components.parts, components.diff, components.ladder,
    components.approval, components.check, components.tally, components.pager, atoms.chip, atoms.chips, atoms.tier,
    atoms.number, atoms.initials,
):  # fmt: skip
    register.simple_tag(_plain)
register.simple_tag(components.comment_row, name="remark")
register.simple_tag(atoms.hash_code, name="hash")
register.simple_tag(atoms.avatar, name="avatar")
register.simple_tag(atoms.time, name="time")
register.simple_tag(icon_html, name="icon")
register.simple_tag(assets.url, name="asset")


@register.simple_tag
def state(kind: str, label: Any, boxed: bool = False) -> SafeString:
    """Say a state in shape and words: ok, warn, stop, wait, held or until."""
    needed("state", label=label)
    return atoms.state(kind, label, boxed)


@register.simple_tag
def mark(kind: str) -> SafeString:
    """Draw only a state's shape, beside words that say it."""
    return atoms.mark(kind)


@register.simple_tag(takes_context=True)
def person(context: template.Context, who: Any, missing: str = "No owner") -> SafeString:
    """Name a person beside their initials."""
    if who == "":
        raise ComponentError("person: who is empty; is the variable spelt right?")
    return atoms.person(who, missing, me=getattr(context.get("request"), "user", None))


@register.simple_tag
def bob() -> SafeString:
    """Draw the cord and its bob: what holds now."""
    return atoms.BOB


@register.simple_tag
def kbd(*keys: str) -> SafeString:
    """Draw keys."""
    needed("kbd", keys=keys and keys[0])
    return mark_safe("".join(format_html('<kbd class="kbd">{}</kbd>', key) for key in keys))


def _csrf(context: template.Context) -> str:
    request = context.get("request")
    return get_token(request) if request is not None else str(context.get("csrf_token", ""))


@register.simple_tag(takes_context=True)
def button(
    context: template.Context,
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
    verdict: Verdict | None = None,
    formaction: str = "",
    kind_of: str = "submit",
) -> SafeString:
    """Draw a link (with url), a form of one button (with url and post), or a submit button (without url)."""
    return components.button(
        label, url, kind, icon, key, small, block, name, value, dialog, post, None,
        _csrf(context) if post else "", verdict, formaction, kind_of,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def buttons(context: template.Context, items: Iterable[Button], small: bool = False) -> SafeString:
    """Draw Button objects, as pages declare them."""
    token = _csrf(context)
    drawn = [
        components.button(
            item.label, item.url, item.kind, item.icon, item.key, small, dialog=item.dialog, post=item.post,
            fields=item.fields, csrf=token if item.post else "", verdict=item.verdict,
        )
        for item in items
    ]  # fmt: skip
    return mark_safe("".join(drawn))


@register.simple_tag(takes_context=True)
def list_action(context: template.Context, item: Any) -> SafeString:
    """Draw a button of a list's head (a PageAction)."""
    user = context["request"].user
    return components.button(item.label, item.url(user), "primary" if item.primary else "", item.icon)


@register.simple_tag(takes_context=True)
def next_action(context: template.Context, item: Any) -> SafeString:
    """Draw the one next action (a Next)."""
    return components.next_action(item.text, item.detail, item.tone, item.buttons, _csrf(context))


@register.simple_tag
def form_fields(form: Any, only: str = "") -> SafeString:
    """Draw a form's errors and all its fields, or those named in `only`, separated by spaces."""
    wanted = only.split()
    for name in wanted:
        if name not in form.fields:
            raise ComponentError(f"form_fields: the form has no field {name!r}")
    shown = [form[name] for name in (wanted or form.fields)]
    return draw("form", errors=form.non_field_errors(), fields=[components.field(bound) for bound in shown])


@register.simple_block_tag
def sheet(
    content: str,
    title: str = "",
    aside: Any = "",
    note: str = "",
    foot: Any = "",
    label: str = "",
    pad: bool = True,
    id: str = "",
) -> SafeString:
    """Put content on a sheet, the one container; sheets are never nested."""
    return draw("sheet", content=content, title=title, aside=aside, note=note, foot=foot, label=label, pad=pad, id=id)


@register.simple_block_tag
def section(content: str, title: str, note: str = "", more: str = "", more_url: str = "") -> SafeString:
    """Put content under a section's title."""
    needed("section", title=title)
    return draw("section", content=content, title=title, note=note, more=more, more_url=more_url)


@register.simple_block_tag
def menu(content: str, id: str, label: str, icon: str = "", kind: str = "", small: bool = False) -> SafeString:
    """Draw a button that opens a menu of links and buttons."""
    needed("menu", id=id, label=label)
    one_of("menu", "kind", kind, ("", "bare", "pill", "icon"))
    return draw("menu", content=content, id=id, label=label, icon=icon, kind=kind, small=small)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """Draw a dialog that a `data-opens` button shows."""
    needed("dialog", id=id, title=title)
    return draw("dialog", content=content, id=id, title=title)


@register.simple_block_tag
def message(content: str, tone: str = "") -> SafeString:
    """Draw a notice in the page: nothing, ok, warn or stop."""
    one_of("message", "tone", tone, ("", "ok", "warn", "stop"))
    return draw("message", content=content, tone=tone)


@register.filter
def prose(text: str) -> SafeString:
    """Show plain text with its line breaks; everything in it is escaped."""
    return mark_safe(linebreaks(text or "", autoescape=True))


@register.filter
def thin(value: Any) -> str:
    """Write a figure with thin counts: 2,133."""
    return atoms.number(value) if isinstance(value, (int, float)) or value is None else str(value)
