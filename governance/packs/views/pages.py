"""The list of packs, and one pack: what is in it, how it stands, how to check it."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from governance.core.models import Job
from governance.ledger.queries import lines_for
from governance.packs import queries, rules
from governance.packs.models import Pack
from governance.packs.tables import PackFilters, PackTable, period, state_of
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View


class PackList(ListPage):
    """All audit packs that a person may see."""

    key, url_name, title, nav, family = "packs", "packs", "Audit packs", "packs", "packs"
    table, filterset = PackTable, PackFilters
    lead = "{total} packs, each frozen at one checkpoint of the ledger, to be checked without us."
    search_hint = "Find by title or hash"
    views = (
        View("All"),
        View("Mine", "asked_by={me}"),
        View("Frozen", "state=ready"),
        View("For buyers", "edition=buyer"),
    )
    actions = (
        PageAction(
            "Ask for a pack",
            lambda user: reverse("pack-new"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_ask(user)),
        ),
    )
    empty = Empty(
        "No audit pack was asked for yet",
        "A pack holds everything about a company, a team, some surfaces, a vendor or an incident over a period. Whoever gets it "
        "checks it on their own computer, and can show that nothing was left out.",
        "Ask for the first one",
        lambda user: reverse("pack-new"),
    )

    def rows(self, user: Any) -> QuerySet[Pack]:
        """Return the packs that the reader may see."""
        return queries.visible_to(user)


def _overview(page: ObjectPage, pack: Pack) -> dict[str, Any]:
    told = pack.contents
    span = told.get("span") or [1, 0]
    return {
        "pack": pack,
        "job": job_shown(pack),
        "told": told,
        "inside": max(0, span[1] - span[0] + 1),
        "in_full": told.get("about", 0) - told.get("withheld", 0),
        "checkpoint": pack.size,
        "address": settings.BASE_URL,
    }


def _builds(page: ObjectPage, pack: Pack) -> dict[str, Any]:
    return {
        "pack": pack,
        "builds": pack.builds.select_related("made_by").order_by("-number")[:50],
        "readers": queries.readers_of(pack),
        "may_give": rules.may_give(page.user, pack),
    }


class PackPage(ObjectPage):
    """One audit pack."""

    url_name, lookup, parent, noun = "pack", "key", ("Audit packs", "packs"), "audit pack"
    tabs = (
        Tab("", "Overview", "governance/packs/_pack.html", _overview),
        Tab("contents", "Contents", "governance/packs/_contents.html", lambda page, pack: {"pack": pack, "told": pack.contents}),
        Tab("builds", "Builds and readers", "governance/packs/_builds.html", _builds),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, pack: lines_for(pack, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Pack:
        """Return the pack of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Pack) -> Header:
        """Say what it is about, over which days, and offer its files."""
        facts = [
            Fact("About", _about(obj)),
            Fact("Period", period(obj)),
            Fact("Edition", obj.get_edition_display()),
            Fact("Asked for by", atoms.person(obj.asked_by, me=self.user)),
        ]
        if obj.size is not None:
            facts.append(Fact("As of", f"Entry {obj.size:,}"))
        return Header(
            obj.title,
            obj.key,
            state=state_of(obj),
            facts=tuple(facts),
            next=self._next(obj),
            buttons=self._buttons(obj),
        )

    def _buttons(self, pack: Pack) -> tuple[Button, ...]:
        found: list[Button] = []
        if pack.is_ready:
            found.append(Button("Take the ZIP", reverse("pack-file", args=[pack.key, "zip"]), icon="download", kind="primary"))
            found.append(Button("Open the PDF", reverse("pack-file", args=[pack.key, "pdf"]), icon="download"))
            found.append(
                Button(
                    "Build it again and compare",
                    reverse("pack-build", args=[pack.key]),
                    dialog=True,
                    verdict=rules.may_build_again(self.user, pack),
                )
            )
        if rules.may_discard(self.user, pack):
            found.append(Button("Discard its files", reverse("pack-discard", args=[pack.key]), dialog=True))
        return tuple(found)

    def _next(self, pack: Pack) -> Next | None:
        again = Button(
            "Build it",
            reverse("pack-build", args=[pack.key]),
            kind="primary",
            dialog=True,
            verdict=rules.may_build_again(self.user, pack),
        )
        job = queries.job_of(pack)
        if pack.state == Pack.State.FAILED:
            return Next("It could not be built.", pack.trouble, "stop", (again,))
        if pack.state == Pack.State.ASKED and (job is None or job.is_over):
            return Next("Its building was stopped.", "Nothing half-built is kept.", "warn", (again,))
        if pack.is_ready and pack.contents.get("unexplained"):
            said = f"{pack.contents['unexplained']:,} rows are not what the ledger bound. The verifier names each."
            return Next("Do not hand it out before this is explained.", said, "stop", ())
        return None


def job_shown(pack: Pack) -> Job | None:
    """Return the job at work on a pack, whose progress its page shows."""
    job = queries.job_of(pack)
    return job if job is not None and not job.is_over else None


def _about(pack: Pack) -> str:
    return queries.about_words(pack) if pack.subjects else pack.get_scope_display()
