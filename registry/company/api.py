"""The company file by REST: out as YAML, in as a difference first and for good when asked."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers

from governance.api.input import Input
from governance.api.operations import acts, downloads
from governance.api.viewsets import Resource
from governance.core.models import Company
from registry.company import actions, reading
from registry.company.views import download
from registry.contracts.plainyaml import Limits

MOST = 1_000_000
ONE_CALL = Limits(MOST, reading.ONLINE.most_values, reading.ONLINE.most_depth)


class StepOutput(serializers.Serializer[Any]):
    """One record that the file adds or changes."""

    section = serializers.CharField()
    op = serializers.ChoiceField(choices=["added", "changed"])
    title = serializers.CharField()
    says = serializers.ListField(child=serializers.CharField(), help_text="What differs, in plain words.")
    line = serializers.IntegerField(allow_null=True)


class FileProblemOutput(serializers.Serializer[Any]):
    """One thing that is wrong with the file."""

    pointer = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    fix = serializers.CharField(allow_blank=True)
    line = serializers.IntegerField(allow_null=True)


class OutcomeOutput(serializers.Serializer[Any]):
    """What a file does, or would do. With a problem anywhere nothing is done."""

    applied = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    steps = StepOutput(many=True)
    problems = FileProblemOutput(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class CompanyInput(Input):
    """A company file, and whether it is to be brought in or only looked at."""

    yaml = serializers.CharField(trim_whitespace=False, max_length=MOST, help_text="The file.")
    dry_run = serializers.BooleanField(default=True, help_text="True: only say what would change.")
    example: ClassVar[dict[str, Any]] = {
        "yaml": "plumbline: 1\nteams:\n- key: fraud\n  name: Fraud\n",
        "dry_run": True,
    }


class CompanyApi(Resource):
    """The whole company as one YAML file."""

    model = Company
    serializer_class = OutcomeOutput
    tag = "company"
    required_scopes: ClassVar[dict[str, tuple[str, ...]]] = {"read": ("registry:read",), "write": ("registry:write",)}

    @downloads("yaml", "application/yaml", detail=False)
    def yaml(self) -> HttpResponse:
        """Everything that the caller sees of the company, as one file."""
        return download(self.request.user)

    @acts("imports", CompanyInput, detail=False, output=OutcomeOutput)
    def bring_in(self, data: dict[str, Any]) -> actions.Outcome:
        """Say what a file would change, or bring it in. Contracts become drafts; nothing comes into force."""
        actor: Any = self.request.user
        return actions.import_company(data["yaml"], actor=actor, dry_run=data["dry_run"], limits=ONE_CALL)
