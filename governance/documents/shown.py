"""What documents contribute: the jobs that make them, their list, their API, and whether this machine prints."""

from datetime import timedelta

from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, JobKind, NavItem, Schedule, contribute
from governance.documents import actions, making, probe
from governance.ui.extensions import Banner

contribute(JobKind(actions.MAKE, making.make, label="Make a document", lease=timedelta(minutes=5)))
contribute(JobKind("documents.tidy", making.tidy, label="Remove files that no document claims"))
contribute(Schedule("documents.tidy", "documents.tidy", every=timedelta(days=1)))
contribute(NavItem("documents", "Documents", "documents", "document", group="What we can prove", order=20))
contribute(ApiRoute("documents", "documents", load=lambda: import_string("governance.documents.api.DocumentApi")))
contribute(ApiRoute("document-orders", "document-orders", load=lambda: import_string("governance.documents.api.OrderApi")))
contribute(JobKind("documents.probe", probe.run, label="See whether this machine prints"))
contribute(Schedule("documents.probe", "documents.probe", every=timedelta(hours=1)))
contribute(Banner("documents-off", probe.banner))
