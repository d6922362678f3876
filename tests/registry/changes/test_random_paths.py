"""Whatever people of all roles try in whatever order, nothing comes into force that policy forbids.

The oracle below does not ask the product's rules: it reads decisions, clearances, freezes, evidence and exceptions as rows
and holds them against what is written here. It fails on a single revision that came into force without them.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from governance.approvals import actions as approvals
from governance.approvals.models import ApprovalRequest, Decision
from governance.core import clock
from governance.core.errors import PlumblineError
from governance.people import actions as people
from governance.people.models import User
from registry.changes import actions, following
from registry.changes.models import Change, Clearance, FreezeWindow, InForce
from registry.contracts.canonical import fingerprint
from registry.evidence import actions as evidence
from registry.evidence.models import Evidence, EvidenceUse
from registry.exceptions import actions as exceptions
from registry.exceptions.models import ControlException
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface
from registry.switches import actions as drills
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface, paperwork

CAST = ("noor", "sam", "daniel", "priya", "lena", "tomas", "rosa", "ingrid", "ben", "aud")
LOGGED = ("trace", "retrieval_sources", "safety_signals")
WHO = {0: {"team-lead": 1}, 1: {"product-manager": 1, "support-operations": 1}, 2: {"engineering": 1, "security": 1}}
AT_ONCE = {0: {"team-lead": 1}, 1: {"product-manager": 1}, 2: {"engineering": 1}}
ATTESTED = ("secrets_hygiene", "safety_filter", "injection_defences", "rate_limits")
people_of_all_roles = st.sampled_from(CAST)
which = st.integers(0, 1)


class Company(RuleBasedStateMachine):
    """A small company with one surface of tier 0 and one of tier 2, and people who do what they like."""

    world: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
        self.seen = 0
        self.texts = 0
        with clock.telling(self.now):
            make_catalog(actor=self.world.ada, owner=self.world.noor)
            team = self.world.team("claims")
            self.surfaces = [
                make_surface(actor=self.world.noor, owner=self.world.noor, team=team, name=f"Surface {tier}", tier=tier)
                for tier in (0, 2)
            ]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def do(self, what: Any) -> None:
        """Let somebody try something; a refusal in words is fine, any other error is not."""
        with clock.telling(self.now):
            try:
                with transaction.atomic():
                    what()
            except PlumblineError:
                pass

    def person(self, nick: str) -> Any:
        return User.objects.get(pk=getattr(self.world, nick).pk)

    def surface(self, place: int) -> Surface:
        return Surface.objects.select_related("owner", "team", "in_force").get(pk=self.surfaces[place].pk)

    def contract(self) -> dict[str, Any]:
        self.texts += 1
        contract = contract_for(self.world.noor, notes=f"Version {self.texts}.")
        return {
            **contract,
            "auditability": {**contract["auditability"], "fields": [*contract["auditability"]["fields"], *LOGGED]},
        }

    @rule(place=which, lacks=st.sampled_from(("", "", "paperwork", "approval")))
    def take_the_whole_path(self, place: int, lacks: str) -> None:
        self.propose("noor", place, 0)
        if place and lacks != "paperwork":
            self.do_the_paperwork()
        if lacks != "approval":
            self.everybody_approves(place)

    @rule(nick=st.sampled_from(("noor", "rosa", "ben", "aud")), place=which, planned=st.sampled_from((0, 30)))
    def propose(self, nick: str, place: int, planned: int) -> None:
        record = RECORD | ({"planned_at": self.now + timedelta(hours=planned)} if planned else {})
        words = {"title": "Next", "why": "Better.", "contract": self.contract(), "record": record}
        self.do(lambda: actions.propose(self.surface(place), actor=self.person(nick), **words))

    @rule(nick=st.sampled_from(("noor", "rosa", "ben")), place=which)
    def emergency(self, nick: str, place: int) -> None:
        words = {"title": "Now", "incident": "It leaks.", "why": "Stop it.", "contract": self.contract(), "record": RECORD}
        self.do(lambda: actions.propose_emergency(self.surface(place), actor=self.person(nick), **words))

    @rule(nick=people_of_all_roles, place=which, verdict=st.sampled_from(("approve", "approve", "approve", "reject", "abstain")))
    def decide(self, nick: str, place: int, verdict: str) -> None:
        found = ApprovalRequest.objects.filter(change__surface=self.surfaces[place], state="open").first()
        if found is not None:
            words = {"actor": self.person(nick), "verdict": verdict, "comment": "Said."}
            self.do(lambda: approvals.decide(found, **words))

    @rule(place=which)
    def everybody_approves(self, place: int) -> None:
        for nick in CAST:
            self.decide(nick, place, "approve")

    @rule(nick=people_of_all_roles, place=which)
    def roll_back(self, nick: str, place: int) -> None:
        targets = self.surface(place).revisions.order_by("number")
        to = targets.first()
        if to is not None:
            self.do(lambda: actions.roll_back(self.surface(place), actor=self.person(nick), to=to, why="Worse."))

    @rule(nick=people_of_all_roles, place=which)
    def withdraw(self, nick: str, place: int) -> None:
        found = Change.objects.filter(surface=self.surfaces[place]).last()
        if found is not None:
            self.do(lambda: actions.withdraw(found, actor=self.person(nick), reason="Not now."))

    @rule(nick=people_of_all_roles, place=which)
    def bring_into_force(self, nick: str, place: int) -> None:
        found = Change.objects.filter(surface=self.surfaces[place]).order_by("pk").last()
        if found is not None:
            self.do(lambda: actions.bring_into_force(found, actor=self.person(nick)))

    @rule(nick=people_of_all_roles, hours=st.sampled_from((5, 50)), tiers=st.sampled_from(((), (0,), (2,))))
    def freeze(self, nick: str, hours: int, tiers: tuple[int, ...]) -> None:
        ends = self.now + timedelta(hours=hours)
        words = {"name": "Quiet", "reason": "Quiet.", "starts_at": self.now, "ends_at": ends, "tiers": tiers}
        self.do(lambda: actions.freeze(actor=self.person(nick), **words))

    @rule(nick=people_of_all_roles)
    def end_freeze(self, nick: str) -> None:
        window = FreezeWindow.objects.filter(ended_at__isnull=True).first()
        if window is not None:
            self.do(lambda: actions.end_freeze(window, actor=self.person(nick), reason="Enough."))

    @rule(nick=people_of_all_roles, place=which, outcome=st.sampled_from(("passed", "failed")))
    def drill(self, nick: str, place: int, outcome: str) -> None:
        words = {"kind": "kill_switch", "outcome": outcome, "seconds": 30, "run_at": self.now, "note": "Tried."}
        self.do(lambda: drills.record(self.surface(place), actor=self.person(nick), **words))

    @rule()
    def do_the_paperwork(self) -> None:
        found = Change.objects.filter(surface=self.surfaces[1], state__in=Change.OPEN_STATES).select_related("revision").first()
        if found is not None:
            self.do(lambda: paperwork(self.surface(1), found.revision.contract, actor=self.world.rosa))

    @rule(nick=st.sampled_from(("noor", "rosa", "ben")))
    def withdraw_evidence(self, nick: str) -> None:
        held = Evidence.objects.filter(state="current").first()
        if held is not None:
            self.do(lambda: evidence.withdraw(held, actor=self.person(nick), reason="It is out of date."))

    @rule(nick=st.sampled_from(("noor", "ben")))
    def ask_for_an_exception(self, nick: str) -> None:
        words = {"controls": ["rate_limits"], "reason": "The limiter comes next week.", "measures": "Watched by hand."}
        until = (self.now + timedelta(days=9)).date()
        self.do(lambda: exceptions.ask_for(actor=self.person(nick), surfaces=[self.surface(1)], expires_on=until, **words))
        for request in ApprovalRequest.objects.filter(subject_kind="exception", state="open"):
            for other in ("priya", "daniel", "rosa"):
                self.do(
                    lambda request=request, other=other: approvals.decide(request, actor=self.person(other), verdict="approve")
                )

    @rule(nick=people_of_all_roles)
    def end_an_exception(self, nick: str) -> None:
        held = ControlException.objects.filter(state="active").first()
        if held is not None:
            self.do(lambda: exceptions.end(held, actor=self.person(nick), reason="Mended."))

    @rule(nick=st.sampled_from(("noor", "rosa", "ben")), place=which, tier=st.integers(0, 2))
    def set_tier(self, nick: str, place: int, tier: int) -> None:
        words = {"tier": tier, "answers": {}, "reason": "As it is used."}
        self.do(lambda: surfaces.set_tier(self.surface(place), actor=self.person(nick), **words))

    @rule(hours=st.sampled_from((1, 20, 200)))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.do(lambda: following.move_on(None, lambda *seen: None))

    @precondition(lambda self: self.texts > 8)
    @rule()
    def the_owner_leaves(self) -> None:
        self.do(lambda: people.deactivate(self.person("noor"), actor=self.world.ada, reason="Left."))

    @invariant()
    def nothing_forbidden_is_in_force(self) -> None:
        for record in InForce.objects.filter(pk__gt=self.seen).order_by("pk"):
            self.seen = record.pk
            if record.revision_id is not None:
                check(Change.objects.select_related("request", "revision", "surface__owner").get(pk=record.change_id), record)
        for surface in Surface.objects.filter(in_force__isnull=False):
            assert surface.in_force_records.last().revision_id == surface.in_force_id


def check(change: Change, record: InForce) -> None:
    """The oracle: everything that R6, R7 and policy demand of one revision that came into force."""
    revision, request = change.revision, change.request
    assert record.revision_id == revision.pk and revision.digest == fingerprint(revision.contract)
    yes = Decision.objects.filter(request=request, verdict="approve", subject_digest=revision.digest).select_related("position")
    by = {decision.person_id: decision.position.key for decision in yes}
    assert change.requester_id not in by, "whoever asked approved it"
    wanted = (AT_ONCE if change.is_emergency or change.is_rollback else WHO)[revision.tier]
    assert not Counter(wanted) - Counter(by.values()), f"{wanted} asked for, {by} given"
    clearance = Clearance.objects.get(change=change)
    passes = "emergency" if change.is_emergency else "rollback" if change.is_rollback else ""
    assert clearance.unmet == 0 or clearance.waived_by == passes != ""
    assert change.planned_at is None or change.planned_at <= record.since
    assert change.surface.owner is not None and change.surface.owner.is_active and change.surface.state == "live"
    if passes:
        return
    assert change.surface.tier is not None and change.surface.tier <= revision.tier
    for window in FreezeWindow.objects.filter(starts_at__lte=record.since, ends_at__gt=record.since):
        tiers = set(window.scopes.values_list("tier", flat=True))
        over = window.ended_at is not None and window.ended_at <= record.since
        assert over or (tiers and revision.tier not in tiers), f"{window} held it"
    if revision.tier >= 2:
        shown = set(
            EvidenceUse.objects.filter(surface=change.surface, evidence__state="current").values_list("control", flat=True)
        )
        waived = {key for each in ControlException.objects.filter(state="active") for key in each.controls}
        assert set(ATTESTED) <= shown | waived, f"nothing shows {set(ATTESTED) - shown - waived}"


@pytest.mark.slow
def test_random_paths_bring_nothing_forbidden_into_force(world: Any) -> None:
    class Here(Company):
        pass

    Here.world = world
    reached: Counter[str] = Counter()
    inner = Here.teardown

    def teardown(self: Any) -> None:
        reached["in force"] += InForce.objects.count()
        reached["waived"] += Clearance.objects.exclude(waived_by="").count()
        reached["tier 2"] += InForce.objects.filter(revision__tier=2).count()
        reached["ended"] += Change.objects.filter(state__in=("voided", "expired", "rejected", "withdrawn")).count()
        inner(self)

    Here.teardown = teardown  # type: ignore[method-assign]
    bounds = settings(
        max_examples=20,
        stateful_step_count=24,
        deadline=None,
        derandomize=True,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Here, settings=bounds)
    assert reached["in force"] >= 5 and reached["tier 2"] >= 1, reached  # it went somewhere, and not only into walls
