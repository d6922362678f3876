"""What the ledger says of prices, exchange rates, limits and what came of them. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

PRICE = ("what", "terms", "starts_on", "ends_on", "contract")
LIMIT = ("what", "soft", "hard", "currency", "at_hard", "lower_to", "owner")

register(
    EventKind("price.agreed", "wrote down the price of {what}: {terms}", fields=PRICE, tone="held"),
    EventKind("price.changed", "changed the price of {what}: {terms}", fields=PRICE),
    EventKind("price.ended", "ended the price of {what} on {ends_on}", fields=(*PRICE, "next")),
    EventKind(
        "exchange_rate.set",
        "set one {currency} to {rate} {base} from {starts_on}",
        fields=("currency", "base", "rate", "starts_on", "source"),
    ),
    EventKind(
        "exchange_rate.changed",
        "changed what one {currency} is worth from {starts_on}: {rate} {base}",
        fields=("currency", "base", "rate", "starts_on", "source", "before"),
    ),
    EventKind(
        "usage.repriced",
        "priced {calls} calls from {start} to {end} anew: {before} became {after} {currency}",
        fields=("start", "end", "what", "calls", "changed", "left", "before", "after", "currency"),
    ),
    EventKind(
        "chargeback.made",
        "kept what {month} is charged to whom: {total} {currency}",
        fields=("month", "number", "total", "currency", "digest"),
        tone="held",
    ),
    EventKind("spend_limit.set", "limited what {what} may spend in a month to {hard} {currency}", fields=LIMIT, tone="held"),
    EventKind("spend_limit.changed", "changed the spend limit of {what}: {hard} {currency}", fields=(*LIMIT, "before")),
    EventKind("spend_limit.owner_given", "gave the spend limit of {what} to another owner", fields=("what", "to", "before")),
    EventKind("spend_limit.ended", "ended the spend limit of {what}", fields=("what", "hard", "currency"), tone="warn"),
    EventKind(
        "spend_limit.warned",
        "saw {what} pass {percent} % of its spend limit in {month}: {spent} of {hard} {currency}",
        fields=("what", "percent", "month", "spent", "hard", "currency", "mark"),
        tone="warn",
    ),
    EventKind(
        "spend_limit.reached",
        "saw {what} reach its spend limit of {month}: {spent} of {hard} {currency}; {did}",
        fields=("what", "month", "spent", "hard", "currency", "did", "mark"),
        tone="stop",
    ),
    EventKind(
        "spend_limit.freed",
        "let {what} spend again: {why}",
        fields=("what", "why", "spent", "hard", "currency"),
        tone="held",
    ),
)
