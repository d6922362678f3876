"""The words a first charter starts with. They are a beginning: every one of them can be edited."""

TITLE = "Model-risk charter"
LEAD = (
    "We use language models where they help the people we serve and the people who work here. This page says who decides, "
    "what we never do, and how we stop. It binds every team."
)
RULES = (
    (
        "One owner each",
        "Every surface, endpoint, vendor and tool has exactly one accountable person. A group is not an owner. When the "
        "owner leaves, it counts as unowned until someone else takes it.",
    ),
    ("The tier decides", "Risk decides the paperwork, not rank. Low tiers ship with one approval; high tiers wait for evidence."),
    ("We approve a hash", "People approve one exact revision. If a word of the prompt changes, it is another revision."),
    (
        "We compare",
        "What a model really did is held beside what it may do. The difference is a finding with an owner.",
    ),
    ("Exceptions end", "There is no exception without an expiry date and a named owner."),
    (
        "Anyone may pull the lever",
        "Lowering a mode takes one person and no permission slip. Raising it again takes the approvals of its tier.",
    ),
)
RESPONSE = (
    "Report it in a minute, from any phone. Whoever is on call may use every lever: {levers}. A blameless postmortem says "
    "what in the system changes."
)
