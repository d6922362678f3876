"""What the ledger says of questionnaires and answers. Titles, buyers and file names may name people, so they can be erased."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind(
        "questionnaire.received",
        "took in {subject}",
        fields=("form", "digest", "size", "due_on"),
        personal=("title", "buyer", "file_name"),
    ),
    EventKind("questionnaire.read", "read {questions} in {subject}", fields=("questions", "sheets", "headings", "gone")),
    EventKind("questionnaire.refused", "could not read {subject}", fields=("why",), tone="stop"),
    EventKind("questionnaire.changed", "changed {subject}", fields=("due_on", "owner"), personal=("title", "buyer")),
    EventKind("questionnaire.laid_out", "said how {subject} is laid out", fields=("sheets",)),
    EventKind("questionnaire.proposed", "had answers proposed to {proposed} of {questions}", fields=("questions", "proposed")),
    EventKind(
        "questionnaire.filled",
        "filled {answered} answers into {subject}",
        fields=("answered", "unanswered", "digest", "size"),
        personal=("file_name",),
        tone="held",
    ),
    EventKind("questionnaire.sent", "sent {subject} back", fields=("answered", "unanswered", "digest"), tone="held"),
    EventKind("questionnaire.reopened", "opened {subject} again", fields=()),
    EventKind("questionnaire.withdrawn", "withdrew {subject}", fields=(), tone="stop"),
    EventKind(
        "question.answered",
        "answered {subject}",
        fields=("questionnaire", "origin", "reference", "edited", "sources", "short"),
        tone="held",
    ),
    EventKind("question.left", "left {subject} blank", fields=("questionnaire",), tone="warn"),
    EventKind("question.reopened", "opened {subject} again", fields=("questionnaire",)),
    EventKind("question.refused", "turned down {reference} for {subject}", fields=("questionnaire", "reference")),
    EventKind("question.asked", "asked {of} to answer {subject}", fields=("questionnaire", "of")),
    EventKind(
        "answer.kept", "put {subject} into the answer library", fields=("prepared", "sources", "short", "public"), tone="held"
    ),
    EventKind("answer.changed", "changed {subject}", fields=("sources", "short", "public")),
    EventKind("answer.worded", "let {subject} answer another wording", fields=("questionnaire",)),
    EventKind("answer.confirmed", "confirmed {subject}", fields=("sources", "review_on"), tone="held"),
    EventKind("answer.retired", "retired {subject}", fields=(), tone="warn"),
)
