"""A source that sends, for tests of what comes in."""

from tests.registry.usage.sending import _no_tokens_held, gateway, send

__all__ = ["_no_tokens_held", "gateway", "send"]
