"""What the ledger says of reviews, what they decided, checklists and the rollout. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

OF = ("kind", "about", "planned_on")

register(
    EventKind("review.planned", "planned {subject}", fields=(*OF, "owner", "since", "until", "scheduled")),
    EventKind("review.moved", "moved {subject} to {planned_on}", fields=("planned_on", "was")),
    EventKind("review.handed_over", "handed {subject} over", fields=("owner",)),
    EventKind("review.begun", "began {subject} with {lines} lines on its agenda", fields=("lines", "since", "until")),
    EventKind("review.noted", "wrote notes of {subject}", fields=("characters",)),
    EventKind("review.asked", "asked somebody to {subject}", fields=("person",)),
    EventKind("review.not_asked", "asked somebody no longer to {subject}", fields=("person",)),
    EventKind("review.came", "noted who came to {subject}", fields=("person", "came")),
    EventKind(
        "review.held",
        "closed {subject}: {decisions} decisions",
        fields=("decisions", "came", "outcome", "digest"),
        tone="held",
    ),
    EventKind("review.cancelled", "called {subject} off", tone="warn"),
    EventKind("review_decision.made", "decided: {what}", fields=("what", "owner", "due_on", "line")),
    EventKind("review_decision.changed", "changed what was decided: {what}", fields=("what", "owner", "due_on", "was")),
    EventKind("review_decision.done", "did what was decided: {what}", fields=("what",), tone="held"),
    EventKind("review_decision.dropped", "dropped what was decided: {what}", fields=("what",), tone="warn"),
    EventKind("checklist.answered", "answered {area}: {standing}", fields=("area", "standing", "review")),
    EventKind("checklist.given", "gave {area} to somebody to answer", fields=("area", "owner", "review")),
    EventKind("rollout.started", "began the thirty-day rollout on {starts_on}", fields=("starts_on", "owner", "steps")),
    EventKind("rollout.moved", "moved the thirty-day rollout to {starts_on}", fields=("starts_on", "owner")),
    EventKind("rollout.given", "gave the rollout's step {step} to somebody", fields=("step", "owner", "due_on")),
    EventKind("rollout.done", "did the rollout's step {step}", fields=("step",), tone="held"),
    EventKind("rollout.undone", "took back that the rollout's step {step} is done", fields=("step",), tone="warn"),
)
