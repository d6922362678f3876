"""Where one goes when it is done: back to the page one came from, when the address names one of ours."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def back_of(request: HttpRequest, otherwise: str) -> str:
    """Return the page that `back` in the address names, if it is a page of this site, else another one."""
    back = request.GET.get("back", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if safe else otherwise
