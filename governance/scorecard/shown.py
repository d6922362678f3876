"""Home in the navigation."""

from governance.core.contributions import NavItem, contribute
from governance.scorecard import queries

contribute(NavItem("briefing", "Briefing", "briefing", "briefing", order=1))
contribute(NavItem("inbox", "Inbox", "inbox", "inbox", order=2, count=queries.inbox_count))
