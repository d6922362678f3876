"""What audit packs contribute to the kernel's pages."""

from datetime import timedelta

from governance.comments.subjects import Commentable
from governance.core.contributions import JobKind, ObjectLink, Schedule, contribute
from governance.packs import building, queries

contribute(JobKind(queries.BUILD, building.build, label="Build an audit pack", lease=timedelta(minutes=3)))
contribute(JobKind("packs.tidy", building.tidy, label="Remove what no audit pack claims"))
contribute(Schedule("packs.tidy", "packs.tidy", timedelta(days=1)))
contribute(Commentable("governance.pack", queries.visible_to))
contribute(ObjectLink("governance.pack", lambda pk: f"/packs/PK-{pk}/"))
