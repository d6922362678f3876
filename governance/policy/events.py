"""What the ledger says of policy."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "policy.adopted", "adopted policy {label}, in force from {effective}", fields=("label", "digest", "effective", "draft")
    ),
    EventKind("policy.applied", "put policy {label} in force", fields=("label", "digest", "rows"), tone="held"),
    EventKind("policy.row_added", "added {what} {name} to the policy", fields=("what", "name", "policy")),
    EventKind("policy.row_changed", "changed {what} {name} in the policy", fields=("what", "name", "policy")),
    EventKind("policy.row_retired", "retired {what} {name} from the policy", fields=("what", "name", "policy")),
    EventKind("policy.row_restored", "took {what} {name} into the policy again", fields=("what", "name", "policy")),
    EventKind("policy.row_removed", "removed {what} {name} from the policy", fields=("what", "name", "policy")),
    EventKind("policy_draft.started", "started a draft of the policy: {title}", fields=("title", "based_on", "source")),
    EventKind("policy_draft.changed", "changed the draft {title}", fields=("title",)),
    EventKind("policy_draft.rebased", "put the draft {title} on {label}", fields=("title", "label")),
    EventKind("policy_draft.proposed", "proposed {title}", fields=("title", "digest", "effective")),
    EventKind("policy_draft.settled", "settled {title}: {state}", fields=("title", "state", "label")),
    EventKind("policy_draft.discarded", "discarded the draft {title}", fields=("title",)),
)
