"""What the ledger says of the catalogue."""

from governance.ledger.kinds import EventKind, register

for _kind, _name in (("vendor", "vendor"), ("endpoint", "endpoint"), ("tool", "tool")):
    register(
        EventKind(f"{_kind}.added", f"added {_name} {{name}}", fields=("name",)),
        EventKind(f"{_kind}.changed", f"changed {_name} {{name}}", fields=("name", "approval")),
        EventKind(f"{_kind}.owner_given", f"gave {_name} {{name}} to another owner", fields=("name", "owner")),
        EventKind(f"{_kind}.proposed", f"proposed {_name} {{name}} for use", fields=("name", "digest")),
        EventKind(f"{_kind}.approved", f"approved {_name} {{name}} for use", fields=("name", "digest", "route"), tone="held"),
        EventKind(f"{_kind}.not_approved", f"{_name} {{name}} was {{outcome}}", fields=("name", "outcome")),
        EventKind(f"{_kind}.suspended", f"suspended {_name} {{name}}", fields=("name",), tone="stop"),
        EventKind(f"{_kind}.retired", f"retired {_name} {{name}}", fields=("name",)),
        EventKind(f"{_kind}.reopened", f"took {_name} {{name}} up again", fields=("name",)),
    )
register(
    EventKind("vendor.term_added", "wrote down what the terms of {name} say on {topic}", fields=("name", "topic")),
    EventKind("vendor.term_changed", "changed what the terms of {name} say on {topic}", fields=("name", "topic")),
    EventKind("vendor.term_removed", "removed what the terms of {name} say on {topic}", fields=("name", "topic")),
    EventKind("vendor.terms_saved", "went through the terms of {name} and changed {topics}", fields=("name", "topics")),
    EventKind("vendor.reviewed", "reviewed the terms of {name}", fields=("name", "next"), tone="held"),
    EventKind("endpoint.priced", "set the price of endpoint {name}", fields=("name", "source")),
    EventKind("data_rule.set", "set {data_class} to {endpoint}: {rule}", fields=("data_class", "endpoint", "rule", "before")),
    EventKind(
        "data_rule.removed",
        "left {data_class} to {endpoint} to the policy's default",
        fields=("data_class", "endpoint", "before"),
    ),
)
