"""Checks that hold the contract against the catalogue: data rules, approval of what it uses, reviews of vendors."""

from registry.controls.checks.finding import Finding, day, days, expired, many, met, names, unmet, without_contract
from registry.controls.held import DataClass, Endpoint, Held, Vendor

APPROVED = "approved"


def data_rules(held: Held) -> Finding:
    """Each data class of the contract may go to each endpoint of its routes, handled as it says."""
    if not held.contract:
        return without_contract()
    broken = []
    for key, handling in held.named_classes:
        known = held.classes.get(key)
        if known is None:
            broken.append(f"{key} is no data class that policy knows")
            continue
        broken += [
            said
            for name in held.route_keys
            if name in held.endpoints and (said := _broken(held.endpoints[name], known, key, handling))
        ]
    if broken:
        more = f", and {len(broken) - 3} more" if len(broken) > 3 else ""
        return unmet(
            f"{'; '.join(broken[:3])}{more}.",
            "Redact or take the class out in the contract, choose another endpoint, or have the rule set.",
            "contract",
        )
    if not held.route_keys:
        return unmet("The contract names no route.", "Name the endpoint that answers.", "contract")
    classes, routes = many(len(held.named_classes), "data class", "data classes"), many(len(held.route_keys), "endpoint")
    return met(f"What the contract says of {classes} fits the rules of {routes}.")


def _broken(endpoint: Endpoint, known: DataClass, key: str, handling: str) -> str:
    rule = endpoint.rules.get(key, known.default_rule)
    if rule == "never":
        return f"{known.name} data may never go to {endpoint.name}"
    if rule == "redacted" and handling != "redacted":
        return f"{known.name} data may go to {endpoint.name} only redacted"
    return ""


def approved_catalogue(held: Held) -> Finding:
    """Every endpoint and tool that the contract names is approved in the catalogue."""
    if not held.contract:
        return without_contract()
    endpoints = [(key, held.endpoints.get(key)) for key in held.route_keys]
    tools = [(row["key"], held.tools.get(row["key"])) for row in held.tool_rows]
    for kind, found in (("endpoint", endpoints), ("tool", tools)):
        for key, item in found:
            if item is None:
                return unmet(f"{key} is not in the catalogue.", f"Add this {kind}, and have it approved.", f"{kind}s")
            if item.state != APPROVED:
                return unmet(
                    f"{item.name} is {item.state}, not approved.", f"Have this {kind} approved, or use another.", f"{kind}:{key}"
                )
    uses = many(len(endpoints), "endpoint") + (f" and {many(len(tools), 'tool')}" if tools else "")
    return met(f"It uses {uses}, approved in the catalogue.")


def vendor_review(held: Held) -> Finding:
    """The terms of every vendor on its routes and behind its tools are reviewed by their day."""
    if not held.contract:
        return without_contract()
    vendors = _vendors(held)
    for vendor in vendors:
        if vendor.review_on is None:
            return unmet(
                f"No review of {vendor.name} is planned.", "Review its terms, and set the next day.", f"vendor:{vendor.key}"
            )
        if vendor.review_on < held.today:
            late = (held.today - vendor.review_on).days
            return expired(
                f"The review of {vendor.name} was due on {day(vendor.review_on)}, {days(late)} ago.",
                "Review its terms, and set the next day.",
                f"vendor:{vendor.key}",
            )
    if not vendors:
        return met("No vendor stands behind its routes and tools.")
    first = min(vendors, key=lambda vendor: (vendor.review_on or held.today, vendor.name))
    assert first.review_on is not None  # noqa: S101 - vendors without a day were told above
    said = f"{first.name} is reviewed next, by {day(first.review_on)}."
    return met(
        said if len(vendors) == 1 else f"{names(v.name for v in vendors)} are not overdue; {said}", held.after(first.review_on)
    )


def _vendors(held: Held) -> list[Vendor]:
    behind = [held.endpoints[key].vendor for key in held.route_keys if key in held.endpoints]
    named = (held.tools.get(row["key"]) for row in held.tool_rows)
    behind += [tool.vendor for tool in named if tool is not None and tool.vendor is not None]
    return sorted({vendor.key: vendor for vendor in behind}.values(), key=lambda vendor: vendor.name)
