"""What the ledger says of aliases."""

from governance.ledger.kinds import EventKind, register

FIELDS = ("attribute", "value", "means")

register(
    EventKind("usage.alias_made", "said that {attribute} {value} means {means}", fields=FIELDS),
    EventKind("usage.alias_moved", "said that {attribute} {value} means {means} from now on", fields=FIELDS),
    EventKind("usage.alias_removed", "said that {attribute} {value} no longer means {means}", fields=FIELDS),
)
