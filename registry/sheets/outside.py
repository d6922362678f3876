"""What the registry answers to somebody outside, in buyer's rooms and on the public page.

Only what holds is told: the contract in force and nothing that is proposed, drafted or retired. What policy leaves out of a
buyer's edition is left out here too.
"""

from typing import Any

from django.db.models import Count, Q

from governance.core.contributions import contribute
from governance.core.errors import Conflict
from governance.policy import queries as policy
from governance.rooms.showing import Answered, Offered, RoomAnswers
from registry.catalog.models import CatalogState, Endpoint, VendorTerm
from registry.sheets import spec
from registry.sheets.standing import standing_of
from registry.surfaces import facts as held
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Mode, Surface, SurfaceState
from registry.switches import queries as drills

TERMS = (VendorTerm.Topic.TRAINING, VendorTerm.Topic.RETENTION)


def hidden() -> frozenset[str]:
    """Return what policy leaves out of what a buyer sees."""
    return policy.proof_rules().redacted["buyer"]


def five_questions(user: Any, key: str) -> Answered:
    """Answer the five questions for a surface that the user sees. Raises NotVisible, Conflict while nothing is in force."""
    surface = surfaces.get(user, key)
    standing = standing_of(surface)
    if standing.level != "held" or standing.revision is None:
        raise Conflict(f"Nothing is in force for {surface}.", fix="A buyer is told of approved contracts only.")
    told = spec.five(surface, standing, held.names(), accounts="endpoints.account" not in hidden())
    content = {
        "lead": surface.purpose,
        "answers": told,
        "facts": [{"label": "Contract in force", "value": f"Revision {standing.revision.number}, {standing.revision.digest}"}],
    }
    return Answered(f"{surface.name}: five questions", content, str(surface.pk), surface.key)


def find(user: Any, words: str, limit: int) -> list[Offered]:
    """Offer surfaces that the user sees and that have a contract in force."""
    found = surfaces.visible_to(user).filter(in_force__isnull=False).exclude(state=SurfaceState.RETIRED)
    if words:
        named = surfaces.KEY.match(words)
        found = found.filter(Q(name__icontains=words) | Q(pk=int(named.group(1)) if named else 0))
    return [Offered(surface.key, surface.name) for surface in found.order_by("name", "pk")[:limit]]


def subprocessors() -> Answered:
    """Answer whose models are used: vendor, what for, regions, and what their terms say on training and retention."""
    serving = Endpoint.objects.filter(state=CatalogState.APPROVED).select_related("vendor").order_by("vendor__name", "name")
    rows: dict[int, dict[str, Any]] = {}
    for endpoint in serving:
        row = rows.setdefault(endpoint.vendor_id, {"name": endpoint.vendor.name, "models": [], "regions": []})
        row["models"] += [endpoint.model] if endpoint.model not in row["models"] else []
        row["regions"] += [endpoint.region] if endpoint.region and endpoint.region not in row["regions"] else []
    terms: dict[int, list[str]] = {}
    for term in VendorTerm.objects.filter(vendor__in=rows, topic__in=TERMS).order_by("vendor", "topic", "pk"):
        terms.setdefault(term.vendor_id, []).append(f"{term.get_topic_display()}: {term.says}")
    table = {
        "heads": ["Company", "Models", "Regions", "Its terms say"],
        "rows": [
            [row["name"], ", ".join(row["models"]), ", ".join(row["regions"]) or "–", " ".join(terms.get(pk, [])) or "–"]
            for pk, row in rows.items()
        ],
    }
    lead = "Companies whose models work for us, under terms that we review. No other may be used."
    return Answered("Companies whose models we use", {"lead": lead, "table": table})


def status() -> Answered:
    """Answer how the AI programme stands, in figures that name nothing."""
    live = Surface.objects.filter(state=SurfaceState.LIVE)
    counted = live.aggregate(
        total=Count("pk"),
        approved=Count("pk", filter=Q(in_force__isnull=False)),
        owned=Count("pk", filter=Q(owner__is_active=True)),
        lowered=Count("pk", filter=~Q(mode=Mode.NORMAL)),
    )
    late = drills.late_among(live).count()
    total = counted["total"]
    facts = [
        {"label": "Uses of AI that are live", "value": f"{total:,}"},
        {"label": "With an approved contract in force", "value": f"{counted['approved']:,} of {total:,}"},
        {"label": "With one accountable person", "value": f"{counted['owned']:,} of {total:,}"},
        {"label": "Kill switch tried in time", "value": f"{max(0, total - late):,} of {total:,}"},
        {"label": "Held back or switched off now", "value": f"{counted['lowered']:,}"},
        {"label": "Policy in force", "value": policy.in_force().label},
    ]
    return Answered("How our AI programme stands", {"lead": "Counted from the records by which we run it.", "facts": facts})


contribute(
    RoomAnswers(
        "five_questions",
        "The five questions",
        "Model, data, logs, prompts and rollback of one surface, from its contract in force.",
        make=five_questions,
        several=True,
        find=find,
        order=10,
    )
)
contribute(
    RoomAnswers(
        "subprocessors",
        "Companies whose models we use",
        "Vendors, models, regions, and what their terms say.",
        make=lambda user, key: subprocessors(),
        standing=subprocessors,
        order=20,
    )
)
contribute(
    RoomAnswers(
        "status",
        "How the AI programme stands",
        "Figures of the whole company that name nothing.",
        make=lambda user, key: status(),
        standing=status,
        order=30,
    )
)
