"""RFC 3161 time-stamps: an authority outside vouches for the moment of a signature, so that nobody can date one back."""

import asyncio
import http.client
import ssl
from urllib.parse import urlsplit

from asn1crypto import core, tsp
from pyhanko.sign.timestamps import TimeStamper

from governance.core.errors import Unavailable

LIMIT = 20.0  # seconds for one time-stamp
LARGEST = 256 * 1024
FIX = "Look at PLUMBLINE_TSA_URL and whether that service answers; empty, documents are signed without a time-stamp."


class Authority(TimeStamper):  # type: ignore[misc]
    """A time-stamping authority reached over HTTP."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send one request. Raises Unavailable when there is no answer that is one."""
        body = await asyncio.to_thread(_post, self.url, req.dump())
        try:
            told = tsp.PKIStatusInfo.load(core.Sequence.load(body, strict=True)[0].dump())  # a refusal holds nothing else
            status = told["status"].native
        except (ValueError, KeyError) as error:
            raise Unavailable("The time-stamp service answered something that is no time-stamp.", fix=FIX) from error
        if status not in {"granted", "granted_with_mods"}:
            raise Unavailable(f"The time-stamp service refused: {status}.", fix=FIX)
        return tsp.TimeStampResp.load(body, strict=True)


def _post(url: str, body: bytes) -> bytes:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unavailable("PLUMBLINE_TSA_URL is no address that begins with http:// or https://.", fix=FIX)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=LIMIT, context=context)
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=LIMIT)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Content-Type": "application/timestamp-query", "User-Agent": "Plumbline"})
        response = connection.getresponse()
        data = response.read(LARGEST + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable(f"The time-stamp service did not answer: {error or type(error).__name__}.", fix=FIX) from error
    finally:
        connection.close()
    if response.status != http.client.OK or len(data) > LARGEST:
        raise Unavailable(f"The time-stamp service answered with status {response.status}.", fix=FIX)
    return data
