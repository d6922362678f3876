"""What the ledger says of suites and runs."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("suite.added", "added the eval suite {name}", fields=("name", "owner")),
    EventKind("suite.changed", "changed the facts of the eval suite {name}", fields=("name",)),
    EventKind(
        "suite.versioned",
        "made version {number} of the eval suite",
        fields=("number", "digest", "thresholds", "case_count", "cases_digest", "note"),
    ),
    EventKind("suite.owner_set", "gave the eval suite another owner", fields=("to", "before")),
    EventKind("suite.retired", "retired the eval suite {name}", fields=("name",), tone="warn"),
    EventKind("suite.reopened", "took the eval suite {name} up again", fields=("name",)),
    EventKind(
        "run.recorded",
        "handed in a run of {suite}: {passed} of {counted} cases passed",
        fields=(
            "suite", "suite_version", "surface", "revision", "digest", "format", "status", "binding", "commit",
            "passed", "counted", "total", "pass_rate",
        ),
    ),
)  # fmt: skip
