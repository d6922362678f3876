"""What the ledger says of comments: that somebody spoke; the words themselves are personal and can be erased."""

from governance.ledger.kinds import EventKind, register

register(EventKind("comment.made", "commented on {about}", fields=("about", "mentioned", "comment"), personal=("text",)))
