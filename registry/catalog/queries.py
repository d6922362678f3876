"""Reads of the catalogue. `visible_to` is the only door."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from governance.approvals.models import ApprovalRequest
from governance.core import clock, digest
from governance.core.asking import asked
from governance.core.errors import NotVisible
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.models import DataClass
from registry.catalog.models import CatalogState, DataRule, Endpoint, Tool, Vendor, VendorTerm
from registry.catalog.rules import Item

KINDS: dict[str, type[Item]] = {"vendor": Vendor, "endpoint": Endpoint, "tool": Tool}
UNOWNED = Q(owner__isnull=True) | Q(owner__is_active=False)


def kind_of(item: Item) -> str:
    """Return what a thing is in the approval machine and in the ledger: vendor, endpoint or tool."""
    return item._meta.model_name or ""


def vendors(user: Any) -> QuerySet[Vendor]:
    """Return the vendors a person may see, with what the list shows."""
    return (
        Vendor.objects.visible_to(user)
        .select_related("owner")
        .annotate(
            known_terms=Count("terms", distinct=True),
            endpoint_count=Count("endpoints", filter=~Q(endpoints__state="retired"), distinct=True),
        )
    )


def endpoints(user: Any) -> QuerySet[Endpoint]:
    """Return the endpoints a person may see."""
    return Endpoint.objects.visible_to(user).select_related("owner", "vendor")


def tools(user: Any) -> QuerySet[Tool]:
    """Return the tools a person may see."""
    return Tool.objects.visible_to(user).select_related("owner", "vendor")


def get(model: type[Item], user: Any, key: str) -> Any:
    """Return a thing by its key. Raises NotVisible."""
    related = [name for name in ("owner", "vendor", "vendor__owner") if hasattr(model, name.split("__")[0])]
    found = model.objects.visible_to(user).select_related(*related).filter(key=key).first()
    if found is None:
        raise NotVisible(f"There is no {model._meta.verbose_name} {key[:60]} that you can see.", fix="Choose one from the list.")
    return found


def load(model: type[Item], pk: str) -> Any:
    """Return a thing by id, for the approval machine. Raises NotVisible."""
    found = model.objects.select_related("owner").filter(pk=pk).first()
    if found is None:
        raise NotVisible("What was asked for is not there any more.")
    return found


def open_request(item: Item) -> ApprovalRequest | None:
    """Return the request that a thing waits on, if any."""
    kind = kind_of(item)
    return ApprovalRequest.objects.filter(subject_kind=kind, subject_id=str(item.pk), state="open").first()


def quarantine_of(item: Item) -> Any:
    """Return the quarantine that takes a thing out of use now, its own before its vendor's; None mostly.

    Quarantines lie above the catalogue; of them only the name of the relation is known here.
    """
    related: Any = item._meta.get_field("quarantines").related_model
    rows = related.objects.filter(lifted_at__isnull=True)
    wanted = Q(**{kind_of(item): item.pk})
    vendor = getattr(item, "vendor_id", None)
    found = rows.filter(wanted | Q(vendor=vendor) if vendor else wanted).select_related("endpoint", "tool", "vendor")
    return min(found, key=lambda held: (held.kind != kind_of(item), held.pk), default=None)


def content_of(item: Item) -> dict[str, Any]:
    """Return what approvers agree to, as plain values."""
    if isinstance(item, Vendor):
        terms = {term.topic: {"says": term.says, "source": term.source} for term in item.terms.all()}
        return {"kind": "vendor", "key": item.key, "name": item.name, "website": item.website, "terms": terms}
    if isinstance(item, Endpoint):
        return {
            "kind": "endpoint",
            "key": item.key,
            "vendor": item.vendor.key,
            "model": item.model,
            "region": item.region,
            "account": item.account_ref,
        }
    return {
        "kind": "tool",
        "key": item.key,
        "vendor": item.vendor.key if item.vendor else "",
        "description": item.description,
        "effect": item.effect,
        "limits": item.limits,
    }


def digest_of(item: Item) -> str:
    """Return the hash that approvers sign."""
    return digest.digest(content_of(item))


def unowned(user: Any, model: type[Item]) -> QuerySet[Any]:
    """Return what is in use and nobody answers for (R1)."""
    return model.objects.visible_to(user).exclude(state=CatalogState.RETIRED).filter(UNOWNED)


def review_due(user: Any) -> QuerySet[Vendor]:
    """Return the vendors whose review is overdue."""
    return Vendor.objects.visible_to(user).exclude(state=CatalogState.RETIRED).filter(review_on__lt=clock.today())


def ending(user: Any, days: int = 90) -> QuerySet[Endpoint]:
    """Return the endpoints whose model the vendor takes away soon, or has taken away."""
    until = clock.today() + timedelta(days=days)
    return Endpoint.objects.visible_to(user).exclude(state=CatalogState.RETIRED).filter(deprecates_on__lte=until)


@dataclass(frozen=True, slots=True)
class Effective:
    """What holds for a data class at an endpoint: the rule, whether policy's default says it, and why it was set."""

    rule: str
    is_default: bool
    reason: str = ""

    @property
    def label(self) -> str:
        """The rule in words."""
        return str(DataRule.Rule(self.rule).label)


def rules_of(endpoints: Iterable[Endpoint], classes: Iterable[DataClass]) -> dict[tuple[int, int], Effective]:
    """Return what holds for each endpoint and class, by their ids; one query, whatever their number."""
    listed, columns = list(endpoints), list(classes)
    held = {
        (rule.endpoint_id, rule.data_class_id): Effective(rule.rule, False, rule.reason)
        for rule in asked(rules_question(each.key for each in listed))
    }
    defaults = {each.pk: Effective(each.default_rule, True) for each in columns}
    return {(row.pk, each.pk): held.get((row.pk, each.pk), defaults[each.pk]) for row in listed for each in columns}


def rules_question(keys: Iterable[str]) -> QuerySet[DataRule]:
    """Return what `rules_of` asks for endpoints by their keys."""
    return DataRule.objects.filter(endpoint__key__in=list(keys))


def rule_for(endpoint: Endpoint, data_class: DataClass) -> Effective:
    """Return what holds for one class at one endpoint."""
    return rules_of([endpoint], [data_class])[endpoint.pk, data_class.pk]


def rule_rows(endpoint: Endpoint) -> list[tuple[DataClass, Effective]]:
    """Return what may go to an endpoint, from the least to the most sensitive class."""
    classes = list(policy.data_classes())
    found = rules_of([endpoint], classes)
    return [(each, found[endpoint.pk, each.pk]) for each in classes]


def term_rows(vendor: Vendor) -> list[dict[str, Any]]:
    """Return the topics that policy wants known, each with what the vendor's terms say, if anybody wrote it down."""
    held = {term.topic: term for term in vendor.terms.all()}
    asked = {row["key"]: row for row in policy.document()["vendor_topics"]}
    rows = []
    for topic in VendorTerm.Topic:
        row = asked.get(topic.value)
        if row or topic.value in held:
            rows.append(
                {
                    "topic": topic.value,
                    "name": row["name"] if row else topic.label,
                    "ask": row["ask"] if row else "",
                    "term": held.get(topic.value),
                }
            )
    return rows


def approvers(kind: str) -> str:
    """Return who approves a kind of thing, by name of position; empty where policy names nobody."""
    route = policy.route_or_none(kind)
    called = {row["key"]: row["name"] for row in policy.document()["positions"]}
    return " and ".join(called[key] for key, _ in route.steps) if route else ""


def person(ref: Any) -> User:
    """Return a person by reference. Raises NotVisible when there was none."""
    found = User.objects.filter(ref=ref or "").first()
    if found is None:
        raise NotVisible("Nobody owned it before.", fix="Name an owner by hand.")
    return found


def deciding(user: Any, item: Item) -> dict[str, Any]:
    """Return what approvers look at: the thing's facts, and for an endpoint what may go there."""
    return {
        "item": item,
        "kind": kind_of(item),
        "terms": term_rows(item) if isinstance(item, Vendor) else [],
        "rules": rule_rows(item) if isinstance(item, Endpoint) else [],
    }
