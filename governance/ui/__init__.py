"""The HTML kit: the frame, the components, and the bases of list, object, action, wizard and job pages.

Owns how things look and how a page answers. Refuses to know what a surface, a person or a ledger entry is: features
declare, contributions fill the frame. Imports nothing but governance/core.

A complete feature (say, endpoints), from list to action:

    # registry/catalog/tables.py
    import django_filters
    from governance.ui import atoms
    from governance.ui.tables import Column, Table

    class EndpointFilters(django_filters.FilterSet):            # shared with the API and exports
        q = django_filters.CharFilter(method="search", label="Words")      # `q` becomes the search field
        owner = django_filters.ModelMultipleChoiceFilter(queryset=people, label="Owner")   # options load when opened
        state = django_filters.MultipleChoiceFilter(choices=Endpoint.State.choices, label="State")
        class Meta: model = Endpoint; fields: list[str] = []
        def search(self, queryset, name, value): return queryset.filter(name__icontains=value)

    class EndpointTable(Table):
        default_sort = "name"
        columns = (
            Column("name", "Endpoint", lead=True, sort="name", cell=lambda row: atoms.link(row.url, row.name, row.key)),
            Column("key", "Key", shown=False, sort="key"),                  # hidden until chosen
            Column("owner", "Owner", "owner.name", sort="owner__name", phone=True, cell=lambda row: atoms.person(row.owner)),
            Column("state", "State", "get_state_display", sort="state", phone=True, cell=lambda row: row.state_html),
            Column("calls", "Calls, 7 d", numeric=True, sort="calls"),      # value: attribute named like the key
        )
        def tone(self, row): return "off" if row.is_out_of_line else ""

    # `value` (third argument: dotted path or function) is what sorts of readers and exports get, `cell` is what is
    # drawn: plain text (escaped) or what `governance.ui.atoms` returns. Never a template per cell.

    # registry/catalog/views.py
    from governance.ui.extensions import BulkAction
    from governance.ui.pages import (ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View)

    class EndpointList(ListPage):
        key, url_name, title = "endpoints", "endpoints", "Endpoints"
        table, filterset = EndpointTable, EndpointFilters
        lead = "{total} models under one vendor's terms, in one region."
        search_hint = "Find by name, owner or region"
        views = (View("All"), View("Mine", "owner={me}"))
        actions = (PageAction("Add an endpoint", lambda user: reverse("endpoint-add"), icon="plus", primary=True),)
        bulk = (BulkAction("owner", "Give an owner", form=OwnerForm, change=..., describe=..., allowed=..., revert=...),)
        empty = Empty("No endpoints yet", "Why it matters, in two sentences.", "Add one", lambda user: reverse("endpoint-add"))
        def rows(self, user): return queries.endpoints(user).select_related("owner")   # always through visible_to

    class EndpointPage(ObjectPage):
        url_name, lookup, parent = "endpoint", "key", ("Endpoints", "endpoints")
        tabs = (
            Tab("", "Overview", "registry/catalog/_endpoint.html", lambda page, obj: {"rules": queries.rules(obj)}),
            Tab("activity", "Activity", "registry/catalog/_activity.html", ...),
        )
        def rows(self, user): return queries.endpoints(user).select_related("owner", "vendor")
        def header(self, obj):
            return Header(obj.name, obj.key, state=("held", "In use"), facts=(Fact("Owner", atoms.person(obj.owner)),),
                next=Next("No region is set.", "Say where it runs.", "warn", (Button("Set the region", url, "edit", "primary"),)),
                buttons=(Button("Change owner", url, dialog=True, verdict=rules.may_change(self.user, obj)),))

    class ChangeEndpoint(ActionPage):                            # GET: form; POST: the action; `dialog=True` opens it in place
        title, submit, form_class = "Change the endpoint", "Save", EndpointForm
        def load(self): return queries.get_endpoint(self.user, self.kwargs["key"])           # raises NotVisible
        def verdict(self, obj): return rules.may_change(self.user, obj)                      # a denied GET is 403, saying why
        def initial(self, obj): return {"name": obj.name}
        def perform(self, obj, given):
            return actions.change_endpoint(obj, actor=self.user, expected_version=self.seen_version, **given)
        def said(self, result): return f"{result.key} is saved."

    # registry/catalog/urls.py
    urlpatterns = [*EndpointList.urls("endpoints/"),
                   path("endpoints/<str:key>/change/", ChangeEndpoint.as_view(), name="endpoint-change"),
                   *EndpointPage.urls("endpoints/<str:key>/")]   # after the actions below it

What comes by itself: sign-in, 404 and 403 pages with the reason, 409 with the typed text kept, errors of the action
beside their fields (`Invalid.fields`), `?sort= &cols= &page=`, search while typing, saved views, counts, export as
csv, xlsx and json, bulk preview and undo, keyboard, phone layout. `ListPage.keyset = "seq"` pages an ever-growing
list by key instead of by number.

Templates of tabs and of pages that extend `base.html` use the component tags (builtins, no `load` needed):

    {% state "ok" "16 of 18" %} {% state "held" "In force, r7" True %}      kinds: ok warn stop wait held until; True boxes it
    {% tier 3 %} {% tier 3 "Regulated" True %}  {% person obj.owner %}  {% chip "eu-central" %} {% chips list %}
    {% hash digest %}  {% time moment %} {% time day "long" %}  {% number 2133 %}  {{ n|thin }}  {{ text|prose }}
    {% icon "edit" %}  {% kbd "Ctrl" "K" %}  {% mark "ok" %}  {% bob %}  {% avatar name %}
    {% button "Save" kind="primary" %}  {% button "Edit" url=u icon="edit" dialog=True %}
    {% button "Retire" url=u post=True kind="stop" verdict=v %}  {% buttons list_of_Button %}  {% next_action next %}
    {% field form.name %}  {% form_fields form %}  {% form_fields form only="name owner" %}
    {% sheet title="Controls" note="of tier 3" aside=x foot="..." pad=False %}...{% endsheet %}   (never one in another)
    {% section title="Mode" note="" more="All" more_url=u %}...{% endsection %}   {% message "warn" %}...{% endmessage %}
    {% rows inbox_lines %}  {% timeline entries %}  {% parts items %}  {% diff items %}  {% ladder rungs %}
    {% approval person=p position="Legal" state=s at=t digest=d %}  {% check "ok" "Owner is active" "Met" %}
    {% tally counts "16 met" %}  {% progress done total label %}  {% skeleton %}  {% proof text digest url %}
    {% blank title="" text="" tone="off" action="" url="" %}  {% remark person=p at=t html=h %}
    {% menu id="m" label="More" %}...{% endmenu %}  {% dialog id="d" title="" %}...{% enddialog %} with data-opens="d"

`{% asset %}`, blocks of base.html: `title`, `crumbs`, `content`, `main_class` ("main--read" for prose), `top`, `page_proof`.
Unknown parameters fail when the template is read, empty or impossible values when it is drawn. Styles: one file a
component in static/css/components, joined into one sheet by `assets.py`; scripts likewise in static/js.
No inline script or style.

Apps above contribute (governance.ui.extensions): Banner, Footing, PersonLink, ObjectPanel, ListBulk; and core's NavItem,
PaletteCommand, SearchSource, ObjectTab. `WizardPage` asks one question at a time over a draft that the feature keeps;
a job's page is `reverse("job", args=[job.pk])`, and `{"url": ..., "label": ...}` in its result is offered at its end.
"""
