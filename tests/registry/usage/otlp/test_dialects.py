"""One call told in each dialect reads the same; texts are kept away; the table and its document agree."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from registry.usage.calls import Call
from registry.usage.content import fingerprints, redacting
from registry.usage.otlp import dialects
from registry.usage.otlp.deliveries import read_json, read_protobuf
from registry.usage.otlp.dialects import BadDialects, Dialects
from tests.registry.usage.spans import as_protobuf, pairs, request, span

PROMPT, OUTPUT = "Why was claim 7 refused?", "Because page 2 is missing."
TODAY = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "meridian",
    "gen_ai.request.model": "meridian-2.1-large",
    "gen_ai.usage.input_tokens": 1200,
    "gen_ai.usage.output_tokens": 80,
    "gen_ai.usage.cache_read.input_tokens": 1000,
    "gen_ai.input.messages": PROMPT,
    "gen_ai.output.messages": OUTPUT,
}
BEFORE = {
    "gen_ai.operation.name": "chat",
    "gen_ai.system": "meridian",
    "gen_ai.request.model": "meridian-2.1-large",
    "gen_ai.usage.prompt_tokens": 1200,
    "gen_ai.usage.completion_tokens": 80,
    "gen_ai.usage.cache_read_input_tokens": 1000,
}
LITELLM = {
    "llm.request.type": "acompletion",
    "gen_ai.system": "meridian",
    "gen_ai.request.model": "meridian-2.1-large",
    "gen_ai.response.model": "claims-large",
    "gen_ai.usage.prompt_tokens": "1200",
    "gen_ai.usage.completion_tokens": 80.0,
    "llm.usage.cache_read_input_tokens": 1000,
    "gen_ai.cost.total_cost": 0.0125,
    "gen_ai.prompt.0.role": "user",
    "gen_ai.prompt.0.content": PROMPT,
    "gen_ai.completion.0.content": OUTPUT,
}
OPENLLMETRY = {
    "llm.request.type": "chat",
    "gen_ai.system": "meridian",
    "gen_ai.request.model": "meridian-2.1-large",
    "gen_ai.usage.input_tokens": 1200,
    "gen_ai.usage.output_tokens": 80,
    "llm.usage.cache_read_input_tokens": 1000,
    "traceloop.workflow.name": "triage",
    "traceloop.entity.input": PROMPT,
    "traceloop.entity.output": OUTPUT,
}
OPENINFERENCE = {
    "openinference.span.kind": "LLM",
    "llm.system": "meridian",
    "llm.model_name": "meridian-2.1-large",
    "llm.token_count.prompt": 1200,
    "llm.token_count.completion": 80,
    "llm.token_count.prompt_details.cache_read": 1000,
    "llm.input_messages.0.message.role": "user",
    "llm.input_messages.0.message.content": PROMPT,
    "llm.output_messages.0.message.content": OUTPUT,
    "input.value": "{...}",
}
EVENTS = [
    {"name": "gen_ai.user.message", "attributes": pairs({"content": PROMPT})},
    {"name": "gen_ai.choice", "attributes": pairs({"message": OUTPUT})},
]
DIALECTS = {
    "today": (TODAY, []),
    "up to 1.36": (BEFORE, EVENTS),
    "LiteLLM": (LITELLM, []),
    "OpenLLMetry": (OPENLLMETRY, []),
    "OpenInference": (OPENINFERENCE, []),
}


def read(attributes: dict[str, Any], **more: Any) -> Call:
    """Read one span both ways, and see that both read the same."""
    sent = span(attributes, **more)
    told = read_json(request(sent), dialects.dialects())
    from google.protobuf.message import Message
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    message: Message = ExportTraceServiceRequest.FromString(as_protobuf(sent))
    again = read_protobuf(message, dialects.dialects())
    assert (told.calls, told.refused, told.others) == (again.calls, again.refused, again.others)
    (call,) = told.calls
    return call


@pytest.mark.parametrize("name", DIALECTS)
def test_one_call_reads_the_same_in_every_dialect(name: str) -> None:
    attributes, events = DIALECTS[name]
    call = read(attributes, events=events)
    assert (call.operation, call.provider, call.model) == ("chat", "meridian", "meridian-2.1-large")
    assert (call.tokens_in, call.tokens_out, call.tokens_cached) == (1200, 80, 1000)
    assert (call.texts, call.fingerprint) == ({"prompt": PROMPT, "output": OUTPUT}, fingerprints.of(OUTPUT))
    assert {"model", "prompt", "output_fingerprint", "trace"} <= call.said
    assert call.cost_said == (0.0125 if name == "LiteLLM" else None)


def test_what_is_ours_is_read_and_a_span_goes_before_its_resource() -> None:
    own = {
        "plumbline.surface": "S-0418",
        "plumbline.data_classes": ["Personal", "customer"],
        "plumbline.region": "eu-central",
        "plumbline.endpoint": "meridian-large-eu",
        "plumbline.prompt": "triage",
        "plumbline.prompt.version": "v31",
        "plumbline.feature": "intake",
        "plumbline.task.outcome": "ok",
        "plumbline.outcome": "overridden",
        "plumbline.override.reason": "Wrong queue.",
        "user.id": "u-7",
    }
    sent = request(span({**TODAY, **own}), resource={"plumbline.surface": "S-1", "deployment.environment.name": "production"})
    (call,) = read_json(sent, dialects.dialects()).calls
    assert (call.claim, call.environment, call.service) == ("S-0418", "production", "claims")
    assert (call.classes, call.region, call.endpoint) == (("customer", "personal"), "eu-central", "meridian-large-eu")
    assert (call.prompt, call.feature, call.task, call.outcome) == ("triage@v31", "intake", 1, 3)
    assert {"user", "prompt_version", "human_edit"} <= call.said
    (bare,) = read_json(request(span(), resource={"plumbline.surface": "S-1"}), dialects.dialects()).calls
    assert (bare.claim, bare.classes) == ("S-1", None)


def test_tools_agents_and_chains() -> None:
    tool = read({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "claims.read", "gen_ai.tool.call.arguments": "{}"})
    assert (tool.operation, tool.tool, tool.texts) == ("execute_tool", "claims.read", {"prompt": "{}"})
    assert read({"openinference.span.kind": "TOOL"}, name="mail.send").tool == "mail.send"
    assert read({"traceloop.span.kind": "tool", "traceloop.entity.name": "search"}).tool == "search"
    others = [
        span({"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 9}),
        span({"openinference.span.kind": "CHAIN", "input.value": PROMPT}),
        span({"traceloop.span.kind": "workflow"}),
        span({"llm.openai.messages": PROMPT}, name="raw_gen_ai_request"),
        span({"http.request.method": "GET"}),
    ]
    told = read_json(request(*others), dialects.dialects())
    assert (told.calls, told.refused, told.others, told.given) == ([], [], 5, 5)


@pytest.mark.parametrize(
    ("server", "region"),
    [
        ("bedrock-runtime.eu-central-1.amazonaws.com", "eu-central-1"),
        ("europe-west4-aiplatform.googleapis.com", "europe-west4"),
        ("eu.api.openai.com", "eu"),
        ("api.openai.com", ""),
    ],
)
def test_a_region_is_read_from_the_address_that_was_called(server: str, region: str) -> None:
    assert read({**TODAY, "server.address": server}).region == region


def test_how_it_ended() -> None:
    assert read(TODAY).outcome == 1
    failed = read({**TODAY, "error.type": "rate_limit"}, status={"code": 2})
    assert (failed.outcome, failed.error) == (2, "rate_limit")
    thrown = read(TODAY, status={"code": 2}, events=[{"name": "exception", "attributes": pairs({"exception.type": "Timeout"})}])
    assert (thrown.outcome, thrown.error) == (2, "Timeout")
    assert read({**TODAY, "gen_ai.response.finish_reasons": ["content_filter"]}).outcome == 4
    backwards = span(TODAY)
    backwards["endTimeUnixNano"] = "1"
    assert read_json(request(backwards), dialects.dialects()).calls[0].latency_ms is None


def test_a_table_that_contradicts_itself_never_serves() -> None:
    good = yaml.safe_load(dialects.FILE.read_text())
    Dialects(good)
    for break_it in (
        lambda data: data.update(version=2),
        lambda data: data["fields"].pop("model"),
        lambda data: data["fields"]["claim"].append("gen_ai.request.model"),
        lambda data: data["logging"].update(mood=["x"]),
        lambda data: data["operations"]["chat"].update({"is": "song"}),
        lambda data: data["operations"]["chat"]["said"].append("agent"),
    ):
        data = copy.deepcopy(good)
        break_it(data)
        with pytest.raises(BadDialects):
            Dialects(data)


def test_the_document_shows_the_table_as_it_is() -> None:
    document = (Path(__file__).parents[4] / "docs" / "observations.md").read_text()
    assert dialects.table() in document, "Put dialects.table() into docs/observations.md."


def test_attribute_names_are_not_kept_without_bound() -> None:
    held = Dialects(yaml.safe_load(dialects.FILE.read_text()))
    for number in range(dialects.MOST_KEYS + 10):
        held.meaning(f"made.up.{number}")
    assert len(held.kept) <= dialects.MOST_KEYS


def test_what_is_kept_of_a_text_is_redacted() -> None:
    text = (
        "Ada Byron (ada@example.org, +49 170 1234567) paid with 4111 1111 1111 1111 from DE89 3704 0044 0532 0130 00 "
        "at 192.168.0.17; key sk-abcdefghijklmnopqrstuvwx."
    )
    clean, count = redacting.redacted(text, kinds=redacting.KINDS, names=redacting.known(["Ada Byron"]))
    for gone in ("Ada", "Byron", "example.org", "170", "4111", "DE89", "192.168", "sk-abc"):
        assert gone not in clean
    assert count >= 7
    assert redacting.redacted(text, kinds=(), names={}) == (text, 0)
    cut, _ = redacting.redacted("x" * 30_000, kinds=(), names={})
    assert len(cut) < 21_000 and cut.endswith("[…]")
