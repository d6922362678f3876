'''The REST edge: everything that can be done on a page can be done by a program, under the same rules.

Owns how a call is authenticated, read, limited, answered and documented. Refuses to know what is called: features
contribute their resources, and their rows and rules stay theirs.

Exposing a resource takes one file, `api.py`, and one line in the app's `contributions.py`. Complete example:

    # registry/catalog/api.py
    from rest_framework import serializers

    from governance.api.input import Input, Name, Prose, ReasonInput
    from governance.api.operations import acts, creates, deletes, downloads, lists, reads, updates
    from governance.api.output import Output
    from governance.api.viewsets import ActionViewSet
    from registry.catalog import actions
    from registry.catalog.filters import VendorFilters
    from registry.catalog.models import Vendor, VendorTerm


    class VendorTermOutput(Output):
        """One agreed term."""

        class Meta:
            model = VendorTerm
            fields = ("id", "name", "text")


    class VendorOutput(Output):
        """A company whose models or tools are used."""

        owner = serializers.CharField(source="owner.ref", help_text="Reference of the accountable person.")
        terms = VendorTermOutput(many=True)           # prefetch it: see get_queryset below

        class Meta:
            model = Vendor
            fields = ("key", "name", "owner", "status", "review_due", "terms", "version", "updated_at")


    class VendorRow(Output):
        """A vendor as a row of the list: few and cheap fields."""

        owner = serializers.CharField(source="owner.ref")

        class Meta:
            model = Vendor
            fields = ("key", "name", "owner", "status", "review_due", "version", "updated_at")


    class VendorInput(Input):
        """What a vendor is registered with."""

        name = Name()
        owner = serializers.CharField(max_length=40)  # a reference; the action resolves it
        notes = Prose(required=False)
        example = {"name": "Northwind Models", "owner": "p_4f1d2c9a8b7e6d50"}


    class VendorApi(ActionViewSet):
        """Companies whose models or tools are used."""   # the summary and description of the schema

        model = Vendor
        serializer_class = VendorOutput               # one object
        list_serializer_class = VendorRow             # a row of the list; leave out when the same
        filterset_class = VendorFilters               # the same FilterSet as the page
        ordering_fields = {"name": "name", "owner": "owner__name", "review_due": "review_due"}
        ordering = "name"                             # default; the primary key always breaks ties
        related = ("owner",)                          # select_related
        lookup_field = "key"                          # /vendors/{key}
        required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

        def get_queryset(self):                       # only when more than `visible_to` + `related` is needed
            rows = super().get_queryset()
            return rows if self.is_list() else rows.prefetch_related("terms")

        @creates(VendorInput)                         # POST /vendors -> 201, Location, ETag
        def create(self, data):
            """Register a vendor."""
            return actions.register_vendor(actor=self.actor, **data)

        @updates(VendorInput)                         # PATCH /vendors/{key}, If-Match required
        def partial_update(self, vendor, data, expected_version):
            """Change a vendor."""
            return actions.edit_vendor(vendor, actor=self.actor, expected_version=expected_version, **data)

        @acts("retirement", ReasonInput)              # POST /vendors/{key}/retirement, If-Match accepted
        def retire(self, vendor, data, expected_version):
            """Retire a vendor."""
            return actions.retire_vendor(vendor, actor=self.actor, expected_version=expected_version, **data)

        @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
        def activity(self, vendor):                   # GET /vendors/{key}/activity, in pages
            """What happened to a vendor."""
            return entries_for(vendor)

        @reads("summary", output=SummaryOutput)       # GET one thing; `many=True` for a short plain list
        def summary(self, vendor):
            """A vendor in figures."""
            return {"endpoints": vendor.endpoints.count()}

        @downloads("sheet", "application/pdf")        # GET a file; return an HttpResponse
        def sheet(self, vendor):
            """A vendor's sheet."""
            return FileResponse(...)

    # registry/contributions.py
    contribute(ApiRoute("vendors", "vendors", load=lambda: import_string("registry.catalog.api.VendorApi")))

What comes by itself, and must not be written again:

- Rows come from `Model.objects.visible_to(user)`; what is not in it is 404. Methods call actions, which check permission.
- Errors of governance.core.errors become RFC 9457 problems. Raise them; never build an error response.
- `Output` fields are compiled once; `SerializerMethodField` works (`get_x(self, obj)`, `self.context["request"]`), any
  other field too. All fields are answered for everybody. For plain dicts as answers use an ordinary
  `rest_framework.serializers.Serializer` as `output`.
- `Input` refuses unknown fields and wrong types, deep inside too (nested objects derive from `Nested`). `Name` and
  `Prose` bound length and refuse control characters. `Input.example` becomes the example of the schema.
- ETag is `"v<version>"`; `expected_version` is what If-Match named (None where it was accepted and not sent). Pass it on
  to the action, whose compare-and-set closes the race. Answer 304 and weak ETags of lists come by themselves.
- Every POST honours Idempotency-Key. Where the answer holds a secret that is shown once, say `creates(..., secret=True)`.
- `scopes=("documents:write",)` in a decorator replaces `required_scopes` for that operation. The scopes that exist are in
  governance/people/scopes.py; do not make up others.
- `upload=True` reads multipart/form-data instead of JSON; the Input then has a `serializers.FileField`.
- GET and PUT on one address are two methods with the same path: `@reads("raci", ...)` and `@acts("raci", ..., method="put")`.
- Query parameters other than filters and paging are declared: `parameters=[OpenApiParameter("days", int)]`. They are
  checked against what is declared; `self.parameters["days"]` is the value, absent when it was not sent.
- A POST that answers 202 or 201 says `status=202`. A method that returns None answers 204.

Every contributed resource is tried by tests/contracts/ with every role, against its own schema; nothing to write there.
'''
