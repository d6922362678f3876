"""One surface: its header, the one next action, and its tabs."""

from functools import cached_property
from typing import Any

from django.urls import reverse

from governance.approvals import queries as approvals
from governance.approvals.models import ApprovalRequest, ApprovalStep
from governance.core import clock
from governance.core.contributions import DocumentKind, contributed
from governance.core.verdict import Verdict
from governance.documents import queries as documents
from governance.ledger.queries import lines_for
from governance.policy import queries as policy
from governance.policy.models import Tier
from governance.ui import atoms
from governance.ui.pages import Button, Fact, Header, Next, ObjectPage, Tab
from registry.surfaces import queries, reading, rules
from registry.surfaces.marks import marks_of
from registry.surfaces.models import Mode, OwnerTransfer, Surface, SurfaceState
from registry.surfaces.tables import is_unowned, review, state_of


def at(name: str, surface: Surface) -> str:
    """Return an address below a surface."""
    return reverse(name, args=[surface.key])


def _overview(page: "SurfacePage", surface: Surface) -> dict[str, Any]:
    return reading.overview(surface)


def _contract(page: "SurfacePage", surface: Surface) -> dict[str, Any]:
    return {**reading.contract(surface, page.draft(surface), page.tiers), "may_edit": page.may_edit(surface)}


def _raci(page: "SurfacePage", surface: Surface) -> dict[str, Any]:
    matrix = reading.raci_matrix(surface, page.tiers[surface.tier or 0], page.request.GET.get("with", ""))
    people = reading.others(matrix["columns"]) if "add" in page.request.GET else None
    return {**matrix, "people": people, "may_edit": page.may_edit(surface)}


def _approvals(page: "SurfacePage", surface: Surface) -> dict[str, Any]:
    found = approvals.with_table(ApprovalRequest.objects.filter(change__surface=surface)).order_by("-pk")
    return {"requests": [(request, [_last(step) for step in request.steps.all()]) for request in found[:50]]}


SAYS = {"approve": "ok", "conditions": "ok", "reject": "stop"}
"""The mark of each verdict; the others leave the step open."""


def _last(step: ApprovalStep) -> tuple[ApprovalStep, Any, str]:
    """Return a step with its last decision and the mark of that."""
    decided = max(step.decisions.all(), key=lambda decision: decision.pk, default=None)
    return step, decided, SAYS.get(decided.verdict, "wait") if decided else ""


SHEETS = ("spec-sheet", "raci")
"""Kinds of document that can be made of a surface."""


def _documents(page: "SurfacePage", surface: Surface) -> dict[str, Any]:
    keys = [surface.key, *(f"C-{pk}" for pk in surface.changes.values_list("pk", flat=True))]
    known = [kind for kind in contributed(DocumentKind) if kind.key in SHEETS]
    return {
        "makes": [(kind.label, reverse("document-make", args=[kind.key, surface.key])) for kind in known],
        "documents": documents.visible_to(page.user).filter(subject_key__in=keys)[:100],
    }


def _marked(surface: Surface) -> list[Fact]:
    """Say in the header that something which the contract in force names is stopped, as apps above mark it."""
    marks = list(marks_of(surface.in_force.contract).values()) if surface.in_force is not None else []
    said = f"{marks[0].text} and {len(marks) - 1} more" if len(marks) > 1 else marks[0].text if marks else ""
    return [Fact("Stopped", atoms.link(at("surface-contract", surface), atoms.state(marks[0].tone, said)))] if marks else []


class SurfacePage(ObjectPage):
    """One surface on one of its tabs."""

    url_name, lookup, parent, noun = "surface", "key", ("Surfaces", "surfaces"), "surface"
    tabs = (
        Tab("", "Overview", "registry/surfaces/_overview.html", _overview),
        Tab("contract", "Contract", "registry/surfaces/_contract.html", _contract),
        Tab("raci", "RACI", "registry/surfaces/_raci.html", _raci),
        Tab("approvals", "Approvals", "registry/surfaces/_approvals.html", _approvals),
        Tab("documents", "Documents", "registry/surfaces/_documents.html", _documents),
        Tab(
            "activity",
            "Activity",
            "registry/surfaces/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Surface:
        """Return the surface of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def may_edit(self, surface: Surface) -> Verdict:
        """Say whether this person may edit it; asked once."""
        if not hasattr(self, "_may_edit"):
            self._may_edit = queries.may_edit(self.user, surface)
        return self._may_edit

    @cached_property
    def tiers(self) -> dict[int, Tier]:
        """The tiers of the policy, read once."""
        return policy.tiers()

    def draft(self, surface: Surface) -> Any:
        """Return the contract's draft; read once."""
        if not hasattr(self, "_draft"):
            self._draft = queries.contract_draft(surface)
        return self._draft

    def header(self, obj: Surface) -> Header:
        """Say what it is, where it stands, who answers for it, and what comes next."""
        facts = [Fact("Owner", atoms.person(obj.owner, me=self.user)), Fact("Team", obj.team or "no team")]
        if obj.mode != Mode.NORMAL and obj.state != SurfaceState.RETIRED:
            lowered = atoms.state("stop" if obj.mode == Mode.OFF else "warn", obj.get_mode_display())
            facts.insert(0, Fact("Mode", lowered))
        if obj.in_force is not None:
            facts = [*_marked(obj), *facts]
            facts += [
                Fact("Since", atoms.time(obj.in_force_since, "long")),
                Fact("Contract", atoms.hash_code(obj.in_force.digest)),
            ]
        if obj.review_on is not None:
            facts.append(Fact("Next review", review(obj)))
        if obj.tier is None:
            facts.insert(0, Fact("Tier", atoms.tier(None)))
        tier = self.tiers.get(obj.tier) if obj.tier is not None else None
        return Header(
            obj.name,
            obj.key,
            state=state_of(obj),
            tier=obj.tier,
            tier_name=tier.name if tier else "",
            facts=tuple(facts),
            next=self.next_step(obj),
            buttons=self.buttons(obj),
        )

    def buttons(self, surface: Surface) -> tuple[Button, ...]:
        """Return what can be done beside the next step."""
        may, retired = self.may_edit(surface), surface.state == SurfaceState.RETIRED
        if retired or not may:
            return ()
        found = [Button("Edit", at("surface-edit", surface), "edit", dialog=True, key="e")]
        if surface.in_force_id is not None:
            if self.draft(surface) is None:
                found.insert(0, Button("Draft a revision", at("surface-contract-edit", surface), "contract"))
            found.append(Button("Roll back", at("surface-roll-back", surface), "restore", dialog=True))
            found.append(Button("Emergency change", at("surface-emergency", surface), "incident"))
        if surface.in_force_id is not None and surface.mode != Mode.OFF:
            found.append(Button("Lower the mode", at("surface-mode", surface), "power", kind="stop", dialog=True))
        return tuple(found)

    def next_step(self, surface: Surface) -> Next | None:
        """Return the one next action: what waits for this person, what is missing, or nothing."""
        transfer = queries.open_transfer(surface)
        if transfer is not None and transfer.receiver_id == self.user.pk:
            return self._asked(transfer)
        if surface.state == SurfaceState.RETIRED:
            return None
        if is_unowned(surface):
            return self._unowned(surface)
        if surface.mode != Mode.NORMAL:
            return self._lowered(surface)
        if not self.may_edit(surface):
            return None
        if surface.tier is None:
            set_tier = Button("Set the tier", at("surface-tier", surface), kind="primary")
            return Next("It has no tier.", "The tier decides who approves and what is demanded.", "warn", (set_tier,))
        return self._contract_step(surface) or self._review_step(surface)

    def _asked(self, transfer: OwnerTransfer) -> Next:
        accept = Button("Accept", reverse("transfer-accept", args=[transfer.pk]), kind="primary", dialog=True)
        decline = Button("Decline", reverse("transfer-decline", args=[transfer.pk]), dialog=True)
        said = f"“{transfer.reason}”" if transfer.reason else "You answer for it once you accept."
        return Next(f"{transfer.asked_by} asks you to take this over.", said, "warn", (accept, decline))

    def _lowered(self, surface: Surface) -> Next:
        said = "Only its fallback answers" if surface.mode == Mode.OFF else "It does less than its contract allows"
        ladder = Button("Look at the ladder", f"{surface.get_absolute_url()}#mode")
        return Next(f"It runs in mode {surface.get_mode_display().lower()}.", f"{said}, until it is raised.", "stop", (ladder,))

    def _unowned(self, surface: Surface) -> Next:
        verdict = rules.may_assign_owner(self.user, surface)
        name = Button("Name an owner", at("surface-owner", surface), kind="primary", dialog=True, verdict=verdict)
        said = f"{surface.owner} has left." if surface.owner else "Exactly one person must."
        return Next("Nobody answers for this.", said, "stop", (name,))

    def _contract_step(self, surface: Surface) -> Next | None:
        draft = self.draft(surface)
        write = at("surface-contract-edit", surface)
        if draft is None:
            if surface.in_force_id is not None or surface.state == SurfaceState.IN_REVIEW:
                return None
            button = Button("Write the contract", write, kind="primary")
            return Next(
                "No contract yet.",
                "It says what the surface may see, say and do, and what happens when it fails.",
                "warn",
                (button,),
            )
        lacks = reading.lacks(surface, draft.content, self.tiers)
        if lacks:
            count = len(lacks)
            said = f"The draft lacks {count} thing{'s'[: count > 1]} that tier {surface.tier} asks for."
            return Next(said, lacks[0].what, "warn", (Button("Go on writing", write, kind="primary"),))
        propose = Button("Propose it", at("surface-propose", surface), kind="primary")
        return Next(
            "The draft is complete.",
            "Propose it: named people then approve its hash.",
            "",
            (propose, Button("Look at it", write)),
        )

    def _review_step(self, surface: Surface) -> Next | None:
        if surface.review_on is None or surface.review_on >= clock.today():
            return None
        edit = Button("Set the next review", at("surface-edit", surface), kind="primary", dialog=True)
        return Next(
            f"Its review was due on {atoms.day(surface.review_on, long=True)}.",
            "Look at contract and owner, then set the next one.",
            "warn",
            (edit,),
        )
