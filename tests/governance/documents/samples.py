"""Documents' data as kinds hand them over: one believable set, and the same with the worst texts that come in."""

import copy
from datetime import UTC, datetime
from typing import Any

MADE = datetime(2026, 11, 20, 21, 39, tzinfo=UTC)
SHA = "9f3c71e05b27c6f4a1d2937fe80b64cc11a0b3d45e9f70126c88aa41b0d8a41d"
LONG_NAME = ("Automated adjudication and cross-referencing of " * 8)[:342]
LONG_WORD = "W" * 342
LONG_TEXT = ("The assistant reads the claim form, the attachments after redaction and the plan of the member. " * 50)[:4129]
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script></p></td></table>{{ 7 }}<!-- '
HEBREW = "מערכת סיווג תביעות"
ARABIC = "مساعد تصنيف المطالبات"


def frame(kind: str = "Spec sheet, authority and rollback", **changes: Any) -> dict[str, Any]:
    """What every page of a document carries."""
    return {
        "title": kind,
        "company": "Northwind Health",
        "kind": kind,
        "head": f"Northwind Health · {kind}",
        "classification": "Confidential",
        "foot": "source 9f3c71e05b27… · made 2026-11-20 21:39 UTC",
        "made": MADE.isoformat(),
        "source": SHA,
        "attachment": "source.json",
        "check_url": "https://plumbline.northwind.example/check/k7mq-2xvw-9tnp",
        "check_address": "plumbline.northwind.example/check/k7mq-2xvw-9tnp",
        **changes,
    }


def spec_sheet() -> dict[str, Any]:
    """A surface in force, as the mock-up shows it."""
    return {
        "surface": {
            "key": "S-0418",
            "name": "Claims triage assistant",
            "purpose": (
                "Suggests the queue for an incoming claim and says why. A claims handler decides. It does not write, pay or deny."
            ),
        },
        "mark": None,
        "standing": {"label": "In force", "value": "Revision 14", "level": "held"},
        "tier": {"number": 3, "name": "Regulated"},
        "owner": "Noor Haddad, Claims",
        "approved_on": "2026-10-12",
        "review_due": "2027-01-12",
        "five": [
            {
                "question": "What model is used?",
                "aside": "and through whom",
                "answer": [
                    {"text": "meridian-2.1-large, ", "strong": True},
                    {
                        "text": (
                            "Meridian AI, region eu-central, our own account. Falls back to the "
                            "rules engine of 2024, then to the general queue. "
                        )
                    },
                ],
            },
            {
                "question": "What data does it see?",
                "aside": "and what never",
                "answer": [
                    {
                        "text": (
                            "Claim form, attachments after redaction, the member’s plan. Classes: "
                            "customer, personal, regulated (redacted). "
                        )
                    },
                    {"text": "Never ", "strong": True},
                    {"text": "free-text clinical notes. No training on our data; vendor keeps 30 days. "},
                ],
            },
            {
                "question": "What logs exist?",
                "aside": "and for how long",
                "answer": [
                    {"text": "Trace, sources, prompt version, suggestion, handler’s decision and reason. Immutable, "},
                    {"text": "seven years. ", "strong": True},
                    {"text": "Prompt text is not kept. "},
                ],
            },
            {
                "question": "Who can change prompts?",
                "aside": "and who must agree",
                "answer": [
                    {"text": "Claims engineering proposes. "},
                    {"text": "Engineering, Security, Legal and Compliance ", "strong": True},
                    {"text": "approve one hash; who asks never approves. "},
                ],
            },
            {
                "question": "How do you roll back?",
                "aside": "and how long it takes",
                "answer": [{"text": "To revision 13 in one step, by the owner or on call. "}],
            },
        ],
        "tools": [
            {"name": "claims.read", "effect": "read", "limit": "own region, open claims"},
            {"name": "policy.search", "effect": "read", "limit": "current plan year"},
        ],
        "human": "A claims handler confirms every suggestion; below 0.70 confidence nothing is suggested.",
        "evals": {
            "heading": "Evals, against a threshold of 0.95",
            "none": "",
            "runs": True,
            "rows": [
                {"suite": "Triage accuracy", "threshold": "0.95", "passed": "0.961", "at": "21 Oct"},
                {"suite": "Faithful to sources", "threshold": "0.95", "passed": "0.957", "at": "5 Nov"},
                {"suite": "Injection resistance", "threshold": "0.97", "passed": "0.981", "at": "5 Nov"},
            ],
        },
        "mode": {
            "heading": "Mode today",
            "current": "human-review",
            "rungs": [
                ["normal", "Normal"],
                ["human-review", "Human review"],
                ["no-tools", "No tools"],
                ["no-retrieval", "No retrieval"],
                ["safer-model", "Safer model"],
                ["off", "Off"],
            ],
        },
        "levers": [
            {
                "label": "Rollback",
                "text": "To revision 13 in one step; triggered by a pass rate under 0.93 or two wrong queues in an hour.",
            },
            {"label": "Budget", "text": "EUR 1,200 a month, stops at EUR 1,500; owned by Noor Haddad."},
        ],
        "approvals": [
            {"person": "Daniel Osei", "position": "Engineering", "at": "2026-10-08T15:20:00.000000Z", "sha256": SHA},
            {"person": "Priya Raman", "position": "Security", "at": "2026-10-09T09:04:00.000000Z", "sha256": SHA},
            {"person": "Marta Kowalczyk", "position": "Legal", "at": "2026-10-12T10:31:00.000000Z", "sha256": SHA},
            {"person": "Jun Watanabe", "position": "Compliance", "at": "2026-10-12T11:47:00.000000Z", "sha256": SHA},
        ],
        "contract_sha256": SHA,
    }


def charter() -> dict[str, Any]:
    """A signed charter, as the mock-up shows it."""
    tiers = [
        (0, "Internal", "refactors", ["Team lead"], "12 months", "–", "180 days"),
        (1, "Customer assist", "reply suggestions", ["Product manager", "Support operations"], "12 months", "0.85", "120 days"),
        (2, "Customer-facing", "assistant in the product", ["Engineering", "Security"], "6 months", "0.92", "90 days"),
        (
            3,
            "Regulated",
            "HR, finance, health",
            ["Engineering", "Security", "Legal", "Compliance"],
            "3 months",
            "0.95",
            "60 days",
        ),
        (4, "Autonomous", "agents that act", ["Engineering", "Security", "Executive sponsor"], "3 months", "0.97", "30 days"),
    ]
    columns = ("number", "name", "example", "approvers", "review", "evals", "exception")
    return {
        "title": "Model-risk charter",
        "lead": "We use language models where they help members and staff. This page says who decides, what we never do, "
        "and how we stop. It binds every team from 1 December 2026.",
        "mark": None,
        "facts": [
            {"label": "Model-risk owner", "value": "Ingrid Halvorsen, CTO"},
            {"label": "Covers", "value": "2,133 surfaces, 41 endpoints, 12 vendors"},
            {"label": "Replaces", "value": "Version 4, 2 June 2026"},
            {"label": "Next review", "value": "1 March 2027"},
        ],
        "rules": [
            {
                "label": "One owner each",
                "text": (
                    "Every surface, endpoint, vendor and tool has exactly one accountable "
                    "person. A group is not an owner. When the owner leaves, it counts as unowned "
                    "until someone else takes it."
                ),
            },
            {
                "label": "The tier decides",
                "text": "Risk decides the paperwork, not rank. Low tiers ship with one approval; high tiers wait for evidence.",
            },
            {
                "label": "We approve a hash",
                "text": "People approve one exact revision. If a word of the prompt changes, it is another revision.",
            },
            {
                "label": "We compare",
                "text": (
                    "What a model really did is held beside what it may do, every day. The difference is a finding with an owner."
                ),
            },
            {"label": "Exceptions end", "text": "There is no exception without an expiry date and a named owner."},
            {
                "label": "Anyone may pull the lever",
                "text": (
                    "Lowering a mode takes one person and no permission slip. Raising it again takes the approvals of its tier."
                ),
            },
        ],
        "tiers": [dict(zip(columns, row, strict=True)) for row in tiers],
        "policy": "2026.4",
        "pairs": [
            [
                {
                    "label": "Approved access paths",
                    "lines": [
                        "meridian-2.1-large, Meridian AI, eu-central",
                        "meridian-2.1-small, Meridian AI, eu-central",
                        "kestrel-70b, own cluster, Frankfurt",
                    ],
                },
                {
                    "label": "Data rules",
                    "lines": ["Customer: only redacted outside eu-central", "Regulated: own cluster only", "Secret: never"],
                },
            ]
        ],
        "incidents": [
            "An output exposes customer data to the wrong person.",
            "An agent takes an unauthorised action, or an authorised one for the wrong reason.",
            "A vendor outage breaks a user-facing feature that has no fallback.",
            "A workflow sends wrong policy, pricing or legal terms to customers.",
        ],
        "response": "Report it in a minute, from any phone. The person on call may use every lever: safer model, no tools, human "
        "review, no retrieval, older prompt, fallback, off. A blameless postmortem says what in the system changes.",
        "charter_digest": SHA,
        "signatures": [
            {"person": "Ingrid Halvorsen", "position": "Model-risk owner", "at": "2026-11-20T16:02:00.000000Z"},
            {"person": "Robert Lindqvist", "position": "Chief executive", "at": "2026-11-20T17:15:00.000000Z"},
            {"person": "Marta Kowalczyk", "position": "Legal", "at": "2026-11-20T18:40:00.000000Z"},
        ],
        "unsigned": [],
    }


def raci_sheet() -> dict[str, Any]:
    """Who decides what about a surface, with one row that nobody answers for."""
    kinds = ["Model change", "Prompt change", "Tool permission", "Data class", "Kill switch", "Incident", "Budget"]
    decisions = [
        {
            "label": label,
            "origin": "default of tier 3" if number % 2 else "set for this surface",
            "accountable": "Noor Haddad",
            "responsible": ["Jonas Weber", "Amara Diallo"],
            "consulted": ["Priya Raman", "Marta Kowalczyk"],
            "informed": ["Support operations"],
        }
        for number, label in enumerate(kinds)
    ]
    decisions.append(
        {
            "label": "Exception",
            "origin": "default of tier 3",
            "accountable": "",
            "responsible": [],
            "consulted": [],
            "informed": [],
        }
    )
    return {
        "surface": {"key": "S-0418", "name": "Claims triage assistant"},
        "lead": "Who is responsible, accountable, consulted and informed for each kind of decision about this surface.",
        "mark": None,
        "tier": {"number": 3, "name": "Regulated"},
        "owner": "Noor Haddad, Claims",
        "decisions": decisions,
        "gaps": 1,
    }


def decision_record() -> dict[str, Any]:
    """A change that was approved with a condition."""
    return {
        "change": {
            "key": "C-0231",
            "title": "Route triage to meridian-2.1-large",
            "why": "The vendor retires meridian-2.0 on 31 January 2027. The new model was better on all three suites.",
            "kinds": ["model", "routing"],
            "lane": "gated",
            "proposer": "Jonas Weber",
            "proposed_at": "2026-10-08T09:12:00.000000Z",
        },
        "mark": None,
        "standing": {"value": "In force since 12 October 2026", "level": "held"},
        "surface": {"key": "S-0418", "name": "Claims triage assistant"},
        "tier": {"number": 3, "name": "Regulated"},
        "differences": [
            {
                "part": "Routes",
                "subject": "first",
                "before": "meridian-2.0-large, eu-central",
                "after": "meridian-2.1-large, eu-central",
            },
            {"part": "Evals", "subject": "triage accuracy", "before": "at least 0.94", "after": "at least 0.95"},
            {"part": "Rollback", "subject": "", "before": "revision 12", "after": "revision 13"},
        ],
        "first": False,
        "no_differences": "",
        "weighed": [
            {
                "label": "Worst case",
                "text": "A claim lands in the wrong queue and waits a day longer.\nNo payment is made or refused by it.",
            },
            {"label": "Blast radius", "text": "Up to 1,900 claims a day, one region."},
            {"label": "Data touched", "text": "Claim form and redacted attachments; nothing new."},
            {"label": "How drift would be seen", "text": "Override rate above 6 % over one hour; nightly eval run."},
            {"label": "What triggers rollback", "text": "Override rate above 9 %, or any exposure of data. To revision 13."},
        ],
        "decisions": [
            {
                "person": "Daniel Osei",
                "position": "Engineering",
                "verb": "Approved",
                "level": "ok",
                "at": "2026-10-08T15:20:00.000000Z",
                "sha256": SHA,
                "comment": "",
            },
            {
                "person": "Priya Raman",
                "position": "Security",
                "verb": "Approved with a condition",
                "level": "ok",
                "at": "2026-10-09T09:04:00.000000Z",
                "sha256": SHA,
                "comment": "Rotate the key reference once meridian-2.0 is gone.",
            },
            {
                "person": "Marta Kowalczyk",
                "position": "Legal",
                "verb": "Rejected",
                "level": "stop",
                "at": "2026-10-09T16:30:00.000000Z",
                "sha256": SHA,
                "comment": "The notice to members does not name the new model.",
            },
            {
                "person": "Marta Kowalczyk",
                "position": "Legal",
                "verb": "Approved",
                "level": "ok",
                "at": "2026-10-12T10:31:00.000000Z",
                "sha256": SHA,
                "comment": "Notice is out.",
            },
        ],
        "waiting": [],
        "conditions": [
            {"text": "Rotate the key reference.", "owner": "Daniel Osei", "due": "2027-02-15", "state": "Open", "level": "wait"}
        ],
        "contract_sha256": SHA,
        "policy_version": 7,
    }


def postmortem() -> dict[str, Any]:
    """An approved postmortem, for inside."""
    return {
        "edition": "inside",
        "left_out": [],
        "postmortem": {"key": "PM-3", "title": "Members were quoted last year’s copay"},
        "mark": None,
        "standing": {"value": "Approved", "level": "held"},
        "approved_at": "2026-11-27T10:00:00.000000Z",
        "incident": {"key": "INC-207", "title": "Wrong copays", "severity": "SEV2"},
        "tier": 2,
        "surface": "Member benefits chat",
        "author": "Tomás Rey",
        "facts": [{"label": "Kind", "value": "Hallucination"}, {"label": "People touched", "value": "at most 214"}],
        "steps": [
            ["Reported", "2026-11-20T20:46:00.000000Z"],
            ["Acknowledged", "2026-11-20T20:47:00.000000Z"],
            ["Mitigated", "2026-11-20T21:14:00.000000Z"],
            ["Resolved", "2026-11-20T23:40:00.000000Z"],
        ],
        "ticks": ["2026-11-20T21:31:00.000000Z"],
        "sections": [
            {"heading": "Summary", "text": "For 32 hours the chat quoted prices of last year."},
            {"heading": "What made it possible", "text": "The index was not part of the revision.\n\nNobody could see it."},
        ],
        "timeline": [{"at": "2026-11-20T21:31:00.000000Z", "who": "Tomás Rey", "text": "Read 40 conversations."}],
        "causes": [{"label": "Retrieval or data", "note": "Two years lay in one folder."}],
        "actions": [
            {
                "key": "AI-4",
                "what": "Log the version of the index",
                "owner": "Sam Carter",
                "due": "2026-12-05",
                "state": "To do",
                "level": "wait",
                "changes": "a control of the policy: Logging minimum",
            }
        ],
        "cases": [
            {
                "key": "EC-1",
                "name": "copay of the current year",
                "suite": "Benefits answers",
                "state": "First run: pass",
                "level": "ok",
                "at": "2026-11-28T06:00:00.000000Z",
            }
        ],
        "attachments": [{"name": "callers.csv", "sha256": SHA}],
        "trace_ids": ["4bf92f3577b34da6a3ce929d0e0e4736"],
        "approvals": [
            {"person": "Lena Fischer", "position": "Product manager", "at": "2026-11-27T10:00:00.000000Z", "sha256": SHA}
        ],
        "postmortem_sha256": SHA,
        "policy_version": "2026.1",
    }


def list_report(size: int = 90) -> dict[str, Any]:
    """A filtered list of surfaces, several pages long."""
    tiers = ["T0", "T1", "T2", "T3", "T4"]
    return {
        "title": "Surfaces",
        "lead": "All surfaces of the team Claims, as filtered on 20 November 2026.",
        "facts": [{"label": "Filtered by", "value": "team Claims"}, {"label": "Sorted by", "value": "key"}],
        "counted": f"{size} surfaces",
        "columns": [
            {"label": "Key", "width": 11},
            {"label": "Name"},
            {"label": "Tier", "width": 8},
            {"label": "State", "width": 20},
            {"label": "Owner", "width": 20},
        ],
        "table_rows": [
            [
                {"text": f"S-{number:04}"},
                {"text": f"Assistant number {number} for the intake of claims from members abroad"},
                {"text": tiers[number % 5]},
                {"text": "In force" if number % 3 else "Not approved", "level": "held" if number % 3 else "stop"},
                {"text": "Noor Haddad"},
            ]
            for number in range(1, size + 1)
        ],
        "empty": "Nothing matches.",
    }


def worst(
    source: dict[str, Any], text: str = LONG_TEXT, name: str = LONG_NAME, times: int = 12, records: int = 12
) -> dict[str, Any]:
    """Put the longest text that comes in into every free text, and make every list long."""
    fixed = {
        "due",
        "proposed_at",
        "verb",
        "state",
        "lane",
        "level",
        "current",
        "sha256",
        "at",
        "key",
        "rungs",
        "approved_on",
        "review_due",
        "contract_sha256",
        "charter_digest",
        "number",
        "effect",
        "review",
        "evals",
        "exception",
        "strong",
        "threshold",
        "passed",
        "heading",
        "levers",
        "five",
        "question",
        "aside",
    }

    def swell(key: str, value: Any) -> Any:
        if isinstance(value, str):
            return value if key in fixed else (text if key in {"text", "lead", "purpose", "response", "human"} else name)
        if isinstance(value, dict):
            return {inner: swell(inner, item) for inner, item in value.items()}
        if isinstance(value, list):
            items = [swell("" if isinstance(item, dict) else key, item) for item in value]
            return (
                items
                if key in {"rungs", "five", "levers", "facts", "answer", "tiers", "pairs"} or not items
                else items * (records if isinstance(value[0], dict) else times)
            )
        return value

    return {key: swell(key, value) for key, value in copy.deepcopy(source).items()}
