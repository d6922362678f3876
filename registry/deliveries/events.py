"""What the ledger says of deployments and defects. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

SAID = ("surface", "change", "incident", "sender_key", "reason", "corrects")
DEPLOYED = (*SAID, "version", "environment", "deployed_at", "outcome", "rework")
FOUND = (*SAID, "severity", "found_by", "found_at", "is_defect")

register(
    EventKind("deployment.told", "told of a deployment to {environment}: {outcome}", fields=DEPLOYED),
    EventKind("deployment.corrected", "corrected the deployment {corrects}: {outcome}", fields=DEPLOYED),
    EventKind("defect.told", "told of a defect, noticed first by: {found_by}", fields=FOUND),
    EventKind("defect.corrected", "corrected the defect {corrects}", fields=FOUND),
)
