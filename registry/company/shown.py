"""What the company file contributes: its jobs, palette, navigation and REST."""

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, JobKind, NavItem, PaletteCommand, contribute
from registry.company import jobs, rules

contribute(JobKind(jobs.CHECK, jobs.run_check, label="See what a company file would change", lease=jobs.LEASE))
contribute(JobKind(jobs.APPLY, jobs.run_apply, label="Bring a company file in", lease=jobs.LEASE, attempts=1))
contribute(
    PaletteCommand(
        "company.export",
        "Take the company out as YAML",
        lambda user: reverse("company-yaml"),
        words="export backup file whole everything",
        icon="download",
    )
)
contribute(
    NavItem(
        "company-file",
        "Company as a file",
        "company-file",
        "file",
        group="Rules",
        order=95,
        visible=lambda user: bool(rules.may_import(user)),
    )
)
contribute(ApiRoute("company", "company", load=lambda: import_string("registry.company.api.CompanyApi")))
