"""The lists of targets, witnesses and watched logs, and one page of each."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html

from governance.core.errors import Unavailable
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from governance.witness import ownkey, queries, rules
from governance.witness.models import Publication, Standing, WatchedLog, Witness
from governance.witness.tables import (
    PublicationFilters,
    PublicationTable,
    WatchedLogFilters,
    WatchedLogTable,
    WitnessFilters,
    WitnessTable,
    state_of,
)

FAMILY = NAV = "ledger"
LATEST = 50
ACTIVITY = Tab(
    "activity",
    "Activity",
    "governance/ledger/_activity.html",
    lambda page, obj: lines_for(obj, page.request.GET.get("before")),
)


def _may(user: Any) -> bool:
    return bool(rules.may_keep(user))


def _add(label: str, name: str) -> PageAction:
    return PageAction(label, lambda user: reverse(name), icon="plus", primary=True, shown=_may)


def _empty(title: str, text: str, label: str, name: str) -> Empty:
    return Empty(title, text, label, lambda user: reverse(name) if _may(user) else "")


class PublicationList(ListPage):
    """All targets of publication."""

    key, url_name, title, nav, family = "publications", "publications", "Published", NAV, FAMILY
    table, filterset = PublicationTable, PublicationFilters
    lead = "{total} places outside the database to which checkpoints go. Whoever has one sees later whether anything changed."
    search_hint = "Find by name"
    views = (View("All"), View("In use", "state=active&state=paused"))
    actions = (_add("Add a target", "publication-add"),)
    empty = _empty(
        "Checkpoints do not leave this machine yet",
        "A checkpoint in a mailbox, a bucket or a folder elsewhere is what makes a cut or rewritten ledger show.",
        "Add a target",
        "publication-add",
    )

    def rows(self, user: Any) -> QuerySet[Publication]:
        """Return the targets that the reader may see."""
        return queries.publications(user)


class WitnessList(ListPage):
    """All witnesses."""

    key, url_name, title, nav, family = "witnesses", "witnesses", "Witnesses", NAV, FAMILY
    table, filterset = WitnessTable, WitnessFilters
    lead = "{total} machines of others that cosign our checkpoints, after they saw that each extends those before it."
    search_hint = "Find by name"
    views = (View("All"), View("In use", "state=active&state=paused"), View("Saw another ledger", "alarmed=true"))
    actions = (
        PageAction("Logs that we cosign", lambda user: reverse("watched-logs"), icon="ledger"),
        _add("Add a witness", "witness-add"),
    )
    empty = _empty(
        "Nobody cosigns yet",
        "A witness sees every checkpoint and signs it only if nothing before it was changed. Who trusts the witness "
        "need not trust this server.",
        "Add a witness",
        "witness-add",
    )

    def rows(self, user: Any) -> QuerySet[Witness]:
        """Return the witnesses that the reader may see."""
        return queries.witnesses(user)


class WatchedLogList(ListPage):
    """All logs of others that are cosigned here."""

    key, url_name, title, nav = "watched-logs", "watched-logs", "Logs that we cosign", NAV
    table, filterset = WatchedLogTable, WatchedLogFilters
    crumbs = [("Witnesses", "/ledger/witnesses/")]
    lead = "{total} logs of others whose checkpoints are cosigned here, as long as each extends the one before."
    search_hint = "Find by origin or by whose it is"
    actions = (_add("Cosign a log", "watched-log-add"),)
    empty = _empty(
        "No log is cosigned here",
        "A company that you trust runs a ledger, too: cosign its checkpoints, and have it cosign yours.",
        "Cosign a log",
        "watched-log-add",
    )

    def rows(self, user: Any) -> QuerySet[WatchedLog]:
        """Return the logs that the reader may see."""
        return queries.logs(user)


def _buttons(obj: Any, name: str, *first: Button, retires: bool = True) -> tuple[Button, ...]:
    def to(what: str) -> str:
        return reverse(f"{name}-{what}", args=[obj.key])

    if obj.state == Standing.RETIRED:
        return ()
    active = obj.state == Standing.ACTIVE
    moves = Button("Pause", to("pause"), dialog=True) if active else Button("Resume", to("resume"), dialog=True)
    ends = (Button("Retire", to("retire"), dialog=True),) if retires else ()
    return (*(first if active else ()), Button("Change", to("edit"), icon="edit"), moves, *ends)


def _code(text: str) -> Any:
    return format_html('<code class="digest">{}</code>', text)


def _checkpoint(size: int) -> Any:
    return atoms.link(reverse("checkpoint", args=[size]), f"{size:,} entries") if size else "none yet"


class PublicationPage(ObjectPage):
    """One target: where it is, and whether checkpoints arrive."""

    url_name, lookup, parent, nav, noun = "publication", "key", ("Published", "publications"), NAV, "target"
    tabs = (Tab("", "Overview", "governance/witness/_kept.html", lambda page, row: {"parts": _target(row)}), ACTIVITY)

    def load(self) -> Publication:
        """Return the target of the address."""
        return queries.get(queries.publications(self.user), "CP", self.kwargs["key"])

    def header(self, obj: Publication) -> Header:
        """Say where it stands, and what can be done."""
        facts = (
            Fact("How", obj.get_kind_display()),
            Fact("Newest there", _checkpoint(obj.last_size)),
            Fact("Last published", atoms.time(obj.last_ok_at, missing="never")),
        )
        now = Button("Publish now", reverse("publication-now", args=[obj.key]), icon="send", post=True)
        buttons = _buttons(obj, "publication", now) if _may(self.user) else ()
        next_ = None
        if obj.last_error and obj.state == Standing.ACTIVE:
            next_ = Next("The last checkpoint did not arrive.", obj.last_error, "warn", (now,) if buttons else ())
        return Header(obj.name, obj.key, state=state_of(obj), facts=facts, next=next_, buttons=buttons)


def _target(row: Publication) -> list[tuple[str, str, Any]]:
    to = atoms.link(row.channel.get_absolute_url(), row.channel.name, row.channel.key) if row.channel else row.goes_to
    return [
        ("Goes to", "", to),
        ("At most", "", f"one each {row.every_minutes:,} minutes"),
        ("Next", "", atoms.time(row.next_at) if row.next_at else "with the next checkpoint"),
        ("Last error", "", row.last_error or "none"),
        ("Added", "", atoms.time(row.created_at, "long")),
    ]


class WitnessPage(ObjectPage):
    """One witness: its key, and what it cosigned."""

    url_name, lookup, parent, nav, noun = "witness", "key", ("Witnesses", "witnesses"), NAV, "witness"
    tabs = (Tab("", "Overview", "governance/witness/_kept.html", lambda page, row: _vouched(row)), ACTIVITY)

    def load(self) -> Witness:
        """Return the witness of the address."""
        return queries.get(queries.witnesses(self.user), "WT", self.kwargs["key"])

    def header(self, obj: Witness) -> Header:
        """Say where it stands; an alarm stands first."""
        facts = (
            Fact("Newest cosigned", _checkpoint(obj.last_size)),
            Fact("Last cosigned", atoms.time(obj.last_ok_at, missing="never")),
        )
        may = _may(self.user)
        return Header(
            obj.name,
            obj.key,
            state=state_of(obj),
            facts=facts,
            next=_alarm(obj, may),
            buttons=_buttons(obj, "witness") if may else (),
        )


def _alarm(obj: Witness, may: bool) -> Next | None:
    if obj.state == Standing.RETIRED:
        return None
    if obj.alarm:
        clear = Button("Clear the alarm", reverse("witness-clear", args=[obj.key]), kind="stop", dialog=True)
        said = f"{obj.alarm[:1].upper()}{obj.alarm[1:]}."
        return Next("It has seen another ledger than ours.", said, "stop", (clear,) if may else ())
    if obj.last_error and obj.state == Standing.ACTIVE:
        return Next("It did not cosign the last time.", obj.last_error, "warn", ())
    return None


def _vouched(row: Witness) -> dict[str, Any]:
    parts = [
        ("Address", "", row.url),
        ("Public key", "its cosignatures are checked by it", _code(row.vkey)),
        ("Last error", "", row.last_error or "none"),
        ("Added", "", atoms.time(row.created_at, "long")),
    ]
    rows = [(each.signed_at, each.checkpoint.size) for each in queries.by_witness(row)[:LATEST]]
    return {"parts": parts, "heading": "What it cosigned", "rows": rows, "linked": True}


class WatchedLogPage(ObjectPage):
    """One log of somebody else: its keys, and what we cosigned of it."""

    url_name, lookup, parent, nav, noun = "watched-log", "key", ("Logs that we cosign", "watched-logs"), NAV, "log"
    tabs = (Tab("", "Overview", "governance/witness/_kept.html", lambda page, row: _log(page, row)), ACTIVITY)

    def load(self) -> WatchedLog:
        """Return the log of the address."""
        return queries.get(queries.logs(self.user), "WL", self.kwargs["key"])

    def header(self, obj: WatchedLog) -> Header:
        """Say how far it is cosigned."""
        facts = (
            Fact("Origin", obj.origin),
            Fact("Newest cosigned", f"{obj.last_size:,} entries" if obj.last_size else "none yet"),
            Fact("Last cosigned", atoms.time(obj.last_ok_at, missing="never")),
        )
        buttons = _buttons(obj, "watched-log", retires=False) if _may(self.user) else ()
        return Header(obj.name, obj.key, state=state_of(obj), facts=facts, buttons=buttons)


def _log(page: Any, row: WatchedLog) -> dict[str, Any]:
    try:
        own = ownkey.signer().verifier.vkey
    except Unavailable as error:
        own = str(error)
    parts = [
        ("Its public keys", "", _code(row.vkeys)),
        ("Our key", "by which its owner checks what we cosign", _code(own)),
        ("It submits to", "without /add-checkpoint", page.request.build_absolute_uri("/witness")),
        ("Added", "", atoms.time(row.created_at, "long")),
    ]
    rows = [(each.made_at, each.size) for each in queries.of_log(row)[:LATEST]]
    return {"parts": parts, "heading": "What we cosigned", "rows": rows, "linked": False}
