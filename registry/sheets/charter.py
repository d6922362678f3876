"""What the charter says of what exists: approved access paths, data rules, and how much it covers."""

from collections import defaultdict

from governance.policy import queries as policy
from registry.catalog.models import CatalogState, DataRule, Endpoint, Vendor
from registry.surfaces.models import Surface, SurfaceState


def covers() -> dict[str, str]:
    """Return how much the charter is about."""
    counts = (
        (Surface.objects.exclude(state=SurfaceState.RETIRED).count(), "surface"),
        (Endpoint.objects.exclude(state=CatalogState.RETIRED).count(), "endpoint"),
        (Vendor.objects.exclude(state=CatalogState.RETIRED).count(), "vendor"),
    )
    return {"": ", ".join(f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in counts)}


def access_paths() -> list[str]:
    """Return the approved endpoints: model, vendor, region, account; anything else that is observed is a finding."""
    approved = Endpoint.objects.filter(state=CatalogState.APPROVED).select_related("vendor").order_by("vendor__name", "model")
    return [
        ", ".join(filter(None, (each.model, each.vendor.name, each.region, each.account_ref and f"account {each.account_ref}")))
        for each in approved
    ]


def data_rules() -> list[str]:
    """Return a line for each data class that is bound: where it never goes, and where only redacted."""
    rules = DataRule.objects.filter(endpoint__state=CatalogState.APPROVED).select_related("data_class", "endpoint")
    by_class: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for rule in rules.order_by("endpoint__name"):
        by_class[rule.data_class.key][rule.rule].append(rule.endpoint.name)
    return [_line(each.name, by_class[each.key]) for each in policy.data_classes() if each.key in by_class]


def _line(name: str, found: dict[str, list[str]]) -> str:
    told = []
    for rule, words in (
        (DataRule.Rule.ALLOWED, "to"),
        (DataRule.Rule.REDACTED, "only redacted to"),
        (DataRule.Rule.NEVER, "never to"),
    ):
        if found[rule]:
            told.append(f"{words} {', '.join(found[rule])}")
    return f"{name}: {'; '.join(told)}"
