"""Ledger entries over REST: what happened, in canonical bytes, for whoever wants to check."""

import json
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.operations import reads
from governance.api.output import Output
from governance.api.viewsets import ReadViewSet
from governance.ledger import check, queries
from governance.ledger.models import Entry
from governance.ledger.tables import EntryFilters


class EntryOutput(Output):
    """One thing that happened."""

    subject = serializers.CharField(source="subject_key")
    payload = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = ("seq", "at", "kind", "actor_ref", "subject_type", "subject_id", "subject", "payload", "digest")

    def get_payload(self, obj: Entry) -> dict[str, Any]:
        """What the entry carries beside who and when."""
        found: dict[str, Any] = json.loads(obj.body)["payload"]
        return found


class EntryDetail(EntryOutput):
    """One entry with the canonical text that its hash is over."""

    class Meta(EntryOutput.Meta):
        fields = (*EntryOutput.Meta.fields, "body")


class FindingOutput(serializers.Serializer[Any]):
    """One claim of an entry, re-computed."""

    what = serializers.CharField()
    ok = serializers.BooleanField()
    detail = serializers.CharField(allow_blank=True)


class EntryApi(ReadViewSet):
    """The ledger: append-only, numbered without a gap. `body` is the canonical JSON whose SHA-256 is `digest`."""

    model = Entry
    serializer_class = EntryDetail
    list_serializer_class = EntryOutput
    filterset_class = EntryFilters
    ordering_fields = {"seq": "seq"}
    ordering = "-seq"
    lookup_field = "seq"
    required_scopes = {"read": ("ledger:read",), "write": ("ledger:read",)}

    def get_queryset(self) -> QuerySet[Entry]:
        """Return the entries that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Entry.objects.none()
        return queries.visible_to(self.request.user)

    @reads("check", output=FindingOutput, many=True)
    def check(self, entry: Entry) -> Any:
        """Re-compute what an entry claims: its hash, its history rows, its erasable parts."""
        return [{"what": each.what, "ok": each.ok, "detail": each.detail} for each in check.entry(entry)]
