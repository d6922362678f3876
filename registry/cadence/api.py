"""The calendar over REST: what falls between two days."""

from datetime import timedelta
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from governance.api.operations import reads
from governance.api.viewsets import Resource
from governance.core import calendar, clock
from governance.core.errors import Invalid
from governance.people.models import User
from registry.cadence.views import admit

LONGEST = timedelta(days=400)
A_MONTH = timedelta(days=30)


class EventOutput(serializers.Serializer[Any]):
    """Something that falls on a day, or on days; `at` is its moment where it has one."""

    source = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    first = serializers.DateField()
    last = serializers.DateField()
    at = serializers.DateTimeField(allow_null=True)
    level = serializers.CharField(allow_blank=True)
    mine = serializers.BooleanField()
    url = serializers.CharField()


class CalendarApi(Resource):
    """What falls due: reviews, ends, drills, deadlines, freezes, planned changes."""

    model = User
    required_scopes = {"read": ("scorecard:read",), "write": ("scorecard:write",)}

    @reads(
        "events",
        output=EventOutput,
        detail=False,
        many=True,
        parameters=[OpenApiParameter("start", OpenApiTypes.DATE), OpenApiParameter("end", OpenApiTypes.DATE)],
    )
    def events(self) -> list[dict[str, Any]]:
        """What falls between two days (both included); the next thirty days when left out."""
        admit(self.request.user)
        start = self.parameters.get("start") or clock.today()
        end = self.parameters.get("end") or start + A_MONTH
        if not start <= end <= start + LONGEST:
            raise Invalid("This span cannot be read.", fields={"end": [f"At most {LONGEST.days} days after the start."]})
        return [_event(held) for held in calendar.gather(self.request.user, start, end)]


def _event(held: calendar.Held) -> dict[str, Any]:
    given = held.event
    told = {name: getattr(given, name) for name in ("key", "title", "detail", "level", "mine", "url")}
    at = None if held.whole_days else given.starts
    return told | {"source": held.source.key, "first": held.first, "last": held.last, "at": at}
