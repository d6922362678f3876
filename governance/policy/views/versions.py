"""Pages of the policy that holds, and of earlier and coming versions."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.approvals import queries as approvals
from governance.core import clock
from governance.core.errors import NotVisible
from governance.ledger.queries import lines_for
from governance.people.models import User
from governance.policy import compare, queries, readable, readableusage, rules, yamlfile
from governance.policy.models import PolicyVersion
from governance.policy.tables import VersionFilters, VersionTable, draft_url, version_url
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, Page, Tab

ACTIVITY = "governance/ledger/_activity.html"


def _tiers(page: Any, version: PolicyVersion) -> dict[str, Any]:
    document = queries.document(version)
    return {"tiers": document["tiers"], "tier_rows": readable.tier_rows(document)}


def _data(page: Any, version: PolicyVersion) -> dict[str, Any]:
    return {"classes": readable.class_rows(queries.document(version))}


def _approvals(page: Any, version: PolicyVersion) -> dict[str, Any]:
    document = queries.document(version)
    return {"routes": readable.route_rows(document), "lanes": document["lanes"], "positions": document["positions"]}


def _raci(page: Any, version: PolicyVersion) -> dict[str, Any]:
    return {"matrices": readable.raci(queries.document(version)), "letters": readable.LETTERS}


def _whole(page: Any, version: PolicyVersion) -> dict[str, Any]:
    document = queries.document(version)
    return {"policy": document, "incidents": document["incidents"]}


def _clocks(page: Any, version: PolicyVersion) -> dict[str, Any]:
    document = queries.document(version)
    deadlines = [(row, readable.hours(row["hours"])) for row in document["regulatory_clocks"]]
    limits, hours = readable.limit_rows(document), readable.business_hours(document)
    return {"policy": document, "limits": limits, "hours": hours, "deadlines": deadlines}


def _learning(page: Any, version: PolicyVersion) -> dict[str, Any]:
    document = queries.document(version)
    return {"policy": document, "left_out": readable.left_out(document), "alerts": readable.burn_rows(document)}


def _proof(page: Any, version: PolicyVersion) -> dict[str, Any]:
    document = queries.document(version)
    return {"policy": document, "kept": readable.kept_rows(document), "room": readable.room_lines(document)}


def _usage(page: Any, version: PolicyVersion) -> dict[str, Any]:
    document = queries.document(version)
    lines = readableusage.observed_lines(document), readableusage.money_lines(document)
    return {"findings": readableusage.finding_rows(document), "observed": lines[0], "money": lines[1]}


def _activity(page: Any, version: PolicyVersion) -> dict[str, Any]:
    return lines_for(version, page.request.GET.get("before"))


class VersionPage(ObjectPage):
    """One version of the policy, readable from top to bottom."""

    url_name, lookup, parent, noun = "policy-version", "label", ("Policy versions", "policy-versions"), "policy version"
    tabs = (
        Tab("", "Tiers", "governance/policy/_tiers.html", _tiers),
        Tab("data", "Data classes", "governance/policy/_data.html", _data),
        Tab("approvals", "Who approves", "governance/policy/_approvals.html", _approvals),
        Tab("raci", "RACI defaults", "governance/policy/_raci.html", _raci),
        Tab("controls", "Controls", "governance/policy/_controls.html", _whole),
        Tab("incidents", "Incidents and risks", "governance/policy/_incidents.html", _whole),
        Tab("clocks", "Clocks", "governance/policy/_clocks.html", _clocks),
        Tab("learning", "Postmortems and budgets", "governance/policy/_learning.html", _learning),
        Tab("proof", "Retention and proof", "governance/policy/_proof.html", _proof),
        Tab("usage", "Observations and money", "governance/policy/_usage.html", _usage),
        Tab("checklists", "Checklists", "governance/policy/_checklists.html", _whole),
        Tab("activity", "Activity", ACTIVITY, _activity),
    )

    def rows(self, user: Any) -> QuerySet[PolicyVersion]:
        """Return the versions that the reader may see."""
        return PolicyVersion.objects.visible_to(user).defer("document")

    def header(self, obj: PolicyVersion) -> Header:
        """Say whether it holds, since when, and who put it there."""
        current = self.current(obj)
        author = User.objects.filter(ref=obj.made_by_ref).first()
        facts = (
            Fact("In force from", atoms.time(obj.effective_at, "date")),
            Fact("Drafted by", author.name if author else "somebody who left"),
            Fact("Hash", atoms.hash_code(obj.digest)),
        )
        export = Button("Export as YAML", reverse("policy-version-yaml", args=[obj.label]), "download", "bare")
        return Header(
            f"Policy {obj.label}", state=self.standing(obj, current), facts=facts, next=self.next(obj, current),
            buttons=(*self.more_buttons(obj, current), export),
        )  # fmt: skip

    def current(self, obj: PolicyVersion) -> PolicyVersion:
        """Return the version that holds now."""
        return queries.in_force()

    def standing(self, obj: PolicyVersion, current: PolicyVersion) -> tuple[str, str]:
        """Return the state of a version against the one that holds."""
        if obj.pk == current.pk:
            return "held", "In force"
        if obj.effective_at > clock.now():
            return "wait", "Not yet in force"
        return "until", f"Followed by {current.label}"

    def next(self, obj: PolicyVersion, current: PolicyVersion) -> Next | None:
        """Return the one next thing about a version."""
        return None

    def more_buttons(self, obj: PolicyVersion, current: PolicyVersion) -> tuple[Button, ...]:
        """Return what one can do with a version."""
        if obj.pk == current.pk:
            return ()
        return (
            Button(f"Compare with {current.label}", reverse("policy-comparison", args=[obj.label, current.label]), "changes"),
        )


class PolicyPage(VersionPage):
    """The policy that holds now."""

    url_name = "policy"

    def load(self) -> PolicyVersion:
        """Return the version in force."""
        return queries.in_force()

    def current(self, obj: PolicyVersion) -> PolicyVersion:
        """Return the version that holds now: this one."""
        return obj

    def url(self, obj: PolicyVersion, slug: str = "") -> str:
        """Return the address of a tab."""
        return reverse(f"policy-{slug}" if slug else "policy")

    def get_crumbs(self) -> list[tuple[str, str]]:
        """The navigation leads here; there is nothing above it."""
        return []

    def next(self, obj: PolicyVersion, current: PolicyVersion) -> Next | None:
        """Say what is on its way: a version with a later date, or a draft that waits for approval."""
        if coming := queries.upcoming().first():
            look = Button("See what changes", reverse("policy-comparison", args=[current.label, coming.label]))
            return Next(
                f"Policy {coming.label} comes into force on {atoms.day(coming.effective_at.date())}.", coming.summary, "", (look,)
            )
        draft = queries.open_draft()
        if draft is None:
            return None
        request = approvals.of_subject("policy", draft.pk).first()
        url = reverse("approval", args=[request.key]) if request else draft_url(draft)
        return Next(
            "A change of policy waits for approval.", f"{draft.title}, by {draft.author}", "", (Button("Look at it", url),)
        )

    def more_buttons(self, obj: PolicyVersion, current: PolicyVersion) -> tuple[Button, ...]:
        """Offer drafting, and the ways to the versions and drafts."""
        draft = Button("Draft a change", reverse("policy-draft-new"), "edit", verdict=rules.may_draft(self.user))
        return (
            draft,
            Button("Drafts", reverse("policy-drafts"), "list", "bare"),
            Button("Versions", reverse("policy-versions"), "history", "bare"),
        )


class VersionList(ListPage):
    """All versions of the policy."""

    key, url_name, title = "policy-versions", "policy-versions", "Policy versions"
    crumbs = [("Policy", "/policy/"), ("Versions", "")]
    table, filterset = VersionTable, VersionFilters
    lead = "{total} versions. None is ever changed; what a revision was approved under stays known."
    search_hint = "Find by label, title or hash"
    empty = Empty("No policy yet", "Setting up the company puts the first policy in force.")

    def rows(self, user: Any) -> QuerySet[PolicyVersion]:
        """Return the versions that the reader may see."""
        return PolicyVersion.objects.visible_to(user).defer("document")


class ComparisonPage(Page):
    """What differs from one version to another."""

    template = "governance/policy/comparison.html"

    def version(self, label: str) -> PolicyVersion:
        """Return a version by its label."""
        found = PolicyVersion.objects.visible_to(self.user).filter(label=label).defer("document").first()
        if found is None:
            raise NotVisible(f"There is no policy {label[:40]}.", fix="Choose one from the list of versions.")
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the differences, the earlier version on the left."""
        pair = sorted((self.version(kwargs["label"]), self.version(kwargs["other"])), key=lambda version: version.number)
        old, new = pair
        self.title = f"From policy {old.label} to {new.label}"
        self.crumbs = [
            ("Policy", reverse("policy")),
            ("Versions", reverse("policy-versions")),
            (f"{old.label} to {new.label}", ""),
        ]
        differences = compare.compare(queries.document(old), queries.document(new))
        others = PolicyVersion.objects.visible_to(self.user).exclude(pk=old.pk).defer("document")[:24]
        links = [(f"{version.label}", reverse("policy-comparison", args=[old.label, version.label])) for version in others]
        return self.render(
            differences=differences, old=old, new=new, links=links, old_url=version_url(old), new_url=version_url(new)
        )


def yaml_response(name: str, document: Mapping[str, Any]) -> HttpResponse:
    """Answer a policy as a YAML file."""
    response = HttpResponse(yamlfile.dump(dict(document)), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response


class VersionYaml(Page):
    """A version as a file; the same version is the same bytes."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send it."""
        version = PolicyVersion.objects.visible_to(self.user).filter(label=kwargs["label"]).first()
        if version is None:
            raise NotVisible("There is no such policy version.", fix="Choose one from the list of versions.")
        return yaml_response(f"policy-{version.label}", version.document)
