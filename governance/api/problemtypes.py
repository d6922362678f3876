"""Every kind of problem that the API answers with, in words: the schema, the help page and the handler read this."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemType:
    """One `type` of problem: what it means and what the caller does about it."""

    slug: str
    status: int
    title: str
    meaning: str
    remedy: str


TYPES = {
    item.slug: item
    for item in (
        ProblemType(
            "malformed",
            400,
            "The body cannot be read",
            "The body is not JSON as we read it: broken, nested too deep, or with a key twice, NaN, Infinity or NUL.",
            "Send one JSON object. `detail` says where reading stopped.",
        ),
        ProblemType(
            "invalid",
            400,
            "Something that was sent cannot be accepted",
            "A field or a query parameter is unknown, missing, of the wrong type, or breaks a rule.",
            "`errors` names each one: `pointer` for a field of the body, `parameter` for a query parameter.",
        ),
        ProblemType(
            "unauthenticated",
            401,
            "Not signed in",
            "There was no token, or it is unknown, expired or revoked.",
            "Send `Authorization: Bearer <token>` with a token that is in force.",
        ),
        ProblemType(
            "denied",
            403,
            "Not allowed",
            "You may see this, but not do that. `detail` gives the rule's reason.",
            "`grantors`, where present, names who can allow it.",
        ),
        ProblemType(
            "insufficient-scope",
            403,
            "The token lacks a scope",
            "The token is good, but was made without the scope that this operation needs.",
            "Make a token with the scope that `detail` names. Each operation lists its scopes.",
        ),
        ProblemType(
            "not-found",
            404,
            "Not found",
            "There is no such thing, or you may not know of it. The answer is the same for both.",
            "Check the address, and with whoever owns it whether it is shared with you.",
        ),
        ProblemType(
            "method-not-allowed",
            405,
            "Method not allowed",
            "The address exists but not for this method.",
            "The `Allow` header lists the methods.",
        ),
        ProblemType(
            "not-acceptable",
            406,
            "Not available in that format",
            "The `Accept` header asks for a format that this operation does not have.",
            "Ask for `application/json`, or send no `Accept` header.",
        ),
        ProblemType(
            "stale",
            409,
            "Somebody else was first",
            "The object changed state between your reading and your writing.",
            "Read it again, look at what changed, and decide again.",
        ),
        ProblemType(
            "conflict",
            409,
            "It contradicts what is held",
            "What you ask for contradicts something that exists, such as a name that is taken.",
            "`detail` says what it contradicts.",
        ),
        ProblemType(
            "idempotency-key-in-use",
            409,
            "The first request is still running",
            "A request with the same `Idempotency-Key` has not finished yet.",
            "Wait for `Retry-After` seconds and send the same request again.",
        ),
        ProblemType(
            "precondition-failed",
            412,
            "Changed since you read it",
            "`If-Match` names a version that is no longer the present one. Nothing was written.",
            "Read the object again, apply your change to what it is now, and send its new ETag.",
        ),
        ProblemType(
            "too-large",
            413,
            "Too large",
            "The body or the file is larger than is accepted.",
            "Send less at once. `detail` gives the limit.",
        ),
        ProblemType(
            "unsupported-media-type",
            415,
            "Not a format that is read here",
            "The body's `Content-Type` is not one that this operation reads.",
            "Send `application/json`, or what the operation lists.",
        ),
        ProblemType(
            "idempotency-key-reused",
            422,
            "The key belongs to another request",
            "This `Idempotency-Key` was already used with another method, address or body.",
            "Use a new key for a new request. A key is kept for 24 hours.",
        ),
        ProblemType(
            "precondition-required",
            428,
            "Say which version you change",
            "Changing an existing object needs `If-Match`, so that nobody's work is overwritten unseen.",
            "Read the object, and send its `ETag` as `If-Match`.",
        ),
        ProblemType(
            "throttled",
            429,
            "Too many requests",
            "More requests came than your token, account or address may send in a minute.",
            "Wait for `Retry-After` seconds.",
        ),
        ProblemType(
            "internal",
            500,
            "Our fault",
            "Something broke on our side. Nothing was written.",
            "Try again later; if it stays, report `request_id` to your administrator.",
        ),
        ProblemType(
            "unavailable",
            503,
            "Out of reach for now",
            "A part that this needs is busy, off or out of reach. Nothing was written.",
            "Try again after `Retry-After` seconds, where given. `detail` says what is off.",
        ),
    )
}

_BY_STATUS = {400: "invalid", 401: "unauthenticated", 403: "denied", 404: "not-found", 405: "method-not-allowed",
              406: "not-acceptable", 409: "conflict", 412: "precondition-failed", 413: "too-large",
              415: "unsupported-media-type", 422: "invalid", 428: "precondition-required", 429: "throttled",
              500: "internal", 503: "unavailable"}  # fmt: skip


def type_for(status: int, code: str = "") -> ProblemType:
    """Return the problem type of an error's code, else the general one of its status."""
    if code in TYPES and TYPES[code].status == status:
        return TYPES[code]
    return TYPES[_BY_STATUS.get(status, "internal" if status >= 500 else "invalid")]
