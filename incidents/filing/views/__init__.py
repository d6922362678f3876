"""Pages of filing: the form inside and outside, one's own reports, following one, links, and reports from evals."""

from incidents.filing.views.files import AttachFiles, IncidentFile
from incidents.filing.views.fromevals import ReportCheck, ReportRun
from incidents.filing.views.links import LinkList, LinkPage, MakeLink, Poster, RevokeLink
from incidents.filing.views.mine import MyReport, MyReports
from incidents.filing.views.outside import Follow, PublicReport
from incidents.filing.views.reporting import FindSurface, ReportProblem

__all__ = [
    "AttachFiles",
    "FindSurface",
    "Follow",
    "IncidentFile",
    "LinkList",
    "LinkPage",
    "MakeLink",
    "MyReport",
    "MyReports",
    "Poster",
    "PublicReport",
    "ReportCheck",
    "ReportProblem",
    "ReportRun",
    "RevokeLink",
]
