"""Documents over REST: have one made, list them, download them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework import serializers

from governance.api.input import Input
from governance.api.operations import creates, downloads, lists, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet, ReadViewSet
from governance.core.contributions import DocumentKind, contributed
from governance.core.models import Job
from governance.documents import actions, queries
from governance.documents.models import Document
from governance.documents.tables import DocumentFilters
from governance.documents.views import send
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for


class DocumentRow(Output):
    """A document as a row of the list."""

    subject = serializers.CharField(source="subject_key")
    made_by = serializers.CharField(source="made_by.ref")
    certificate = serializers.CharField(
        source="certificate.fingerprint",
        allow_null=True,
        default=None,
        help_text="SHA-256 of the certificate that it is signed with; null where it is not signed.",
    )

    class Meta:
        model = Document
        fields = (
            "code",
            "kind",
            "subject",
            "title",
            "number",
            "source_digest",
            "file_digest",
            "ledger_seq",
            "size",
            "pages",
            "made_by",
            "made_at",
            "certificate",
            "unsigned_digest",
            "stamped",
        )


class KindOutput(serializers.Serializer[Any]):
    """A kind of document that can be made."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    pages = serializers.IntegerField(allow_null=True, help_text="How many pages it always has; null where it varies.")


class OrderInput(Input):
    """What to make, and about what."""

    kind = serializers.CharField(max_length=30, help_text="One of the kinds under /documents/kinds.")
    subject = serializers.CharField(max_length=120, help_text="Key of what it is about, such as S-0418, C-12 or CH-3.")
    example = {"kind": "spec-sheet", "subject": "S-0418"}


class OrderOutput(Output):
    """How far the making is. `document` is its code once `state` is `done`; `error` says why it failed."""

    document = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = ("id", "state", "label", "done", "total", "progress_label", "error", "created_at", "finished_at", "document")

    def get_document(self, obj: Job) -> str:
        """The code of the document that was made; empty until then."""
        return str(obj.result["document"]) if isinstance(obj.result, dict) and "document" in obj.result else ""


class OrderApi(ActionViewSet):
    """Orders of documents: each is a job of yours. Order one, ask how far it is, then download the document."""

    model = Job
    serializer_class = OrderOutput
    ordering_fields = {"created_at": "pk"}
    ordering = "-created_at"
    lookup_field = "id"
    required_scopes = {"read": ("documents:read",), "write": ("documents:write",)}

    def get_queryset(self) -> QuerySet[Job]:
        """Return the caller's own orders."""
        if getattr(self, "swagger_fake_view", False):
            return Job.objects.none()
        return Job.objects.filter(owner=self.actor, kind=actions.MAKE)

    @creates(OrderInput)
    def create(self, data: dict[str, Any]) -> Job:
        """Have a document made."""
        kind = queries.kind_named(data["kind"])
        subject = queries.subject_of(kind, data["subject"], self.actor)
        return actions.request_document(kind.key, subject, actor=self.actor, base=actions.base_of(self.request))


class DocumentApi(ReadViewSet):
    """PDFs that were made, each with the hash of its file and of the data that it was made from and carries inside."""

    model = Document
    serializer_class = DocumentRow
    filterset_class = DocumentFilters
    ordering_fields = {"made_at": "made_at", "title": "title", "pages": "pages"}
    ordering = "-made_at"
    lookup_field = "code"
    required_scopes = {"read": ("documents:read",), "write": ("documents:read",)}

    def get_queryset(self) -> QuerySet[Document]:
        """Return the documents that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Document.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Document:
        """Return the document of the address."""
        return queries.get(self.request.user, self.kwargs["code"])

    @reads("kinds", output=KindOutput, detail=False, many=True)
    def kinds(self) -> list[dict[str, Any]]:
        """Kinds of document that can be made."""
        return [{"key": kind.key, "label": kind.label, "pages": kind.pages} for kind in contributed(DocumentKind)]

    @downloads("file", "application/pdf")
    def file(self, document: Document) -> HttpResponseBase:
        """The PDF itself."""
        return send(document)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, document: Document) -> Any:
        """What happened to a document."""
        return entries_for(document)
