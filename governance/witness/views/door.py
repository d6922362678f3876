"""The door of the witness: plain text in, plain text out, no account, no cookie, no page."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from governance.core import clock
from governance.core.digest import sha256
from governance.core.errors import Unavailable
from governance.witness import cosigning, protocol

WAIT = 600


@method_decorator(csrf_exempt, name="dispatch")  # nobody is signed in here: a signed checkpoint is all that counts
@method_decorator(login_not_required, name="dispatch")
class AddCheckpoint(View):
    """POST add-checkpoint of C2SP tlog-witness."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer with a cosignature, or with what is wrong."""
        if not _may_ask(request):
            return _plain(429, "too much was asked from here; wait ten minutes\n", Retry_After=str(WAIT))
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > protocol.LONGEST:
            return _plain(413, f"a submission has at most {protocol.LONGEST} bytes\n")
        try:
            answer = cosigning.add_checkpoint(request.body)
        except Unavailable:  # health names the missing key; who asks from outside learns no path
            return _plain(503, "this witness cannot sign now\n", Retry_After=str(WAIT))
        return _plain(answer.status, answer.body, answer.media)


def _plain(status: int, body: str, media: str = protocol.TEXT_TYPE, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(body, status=status, content_type=media, headers={"Cache-Control": "no-store", **named})


def _may_ask(request: HttpRequest) -> bool:
    """Count one submission from an address, and say whether it is within the limit (setting WITNESS_LOOKS)."""
    window = int(clock.now().timestamp()) // WAIT
    address = get_adapter().get_client_ip(request)
    key = f"witness-looks:{sha256(address.encode())[:24]}:{window}"
    cache.add(key, 0, WAIT)
    try:
        return int(cache.incr(key)) <= settings.WITNESS_LOOKS
    except ValueError:  # forgotten between the two: this is the first of a new window
        cache.set(key, 1, WAIT)
        return True
