"""A program whose calls of a model are observed: OpenTelemetry's SDK and nothing else, no vendor's library.

    pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http
    PLUMBLINE_TOKEN=plumb_... python observed.py --url http://127.0.0.1:8000 --surface S-0001 --model meridian-2.1-large

It answers three questions with a stand-in for a model and sends one span for each call. Take another `--model` or
`--region` than was approved, and the surface's page, the findings and the board's answer show it within seconds.
"""

import argparse
import os
import time

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

QUESTIONS = ("Which queue is claim 81724 for?", "And claim 81725?", "Is claim 81726 complete?")


def complete(question: str) -> str:
    """Stand in for the model: some milliseconds, and an answer. Put the call of your vendor's API here."""
    time.sleep(0.02)
    return f"General queue, because {len(question)} characters were read."


def ask(tracer: trace.Tracer, question: str, told: argparse.Namespace) -> str:
    """Call the model inside a span that says what was called, with what, and how much. It holds neither question nor answer."""
    with tracer.start_as_current_span(f"chat {told.model}", kind=trace.SpanKind.CLIENT) as span:
        span.set_attribute("gen_ai.operation.name", "chat")
        span.set_attribute("gen_ai.provider.name", told.provider)
        span.set_attribute("gen_ai.request.model", told.model)
        span.set_attribute("plumbline.region", told.region)
        span.set_attribute("plumbline.data_classes", told.data_class)
        span.set_attribute("plumbline.feature", "triage")
        answer = complete(question)
        span.set_attribute("gen_ai.usage.input_tokens", len(question) // 4)
        span.set_attribute("gen_ai.usage.output_tokens", len(answer) // 4)
        span.set_attribute("plumbline.task.outcome", "ok")
        return answer


def main() -> None:
    """Read what is asked, call the model three times, and wait until every span is delivered."""
    parser = argparse.ArgumentParser(description="Sends what a program's calls of a model were.")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="Where Plumbline is.")
    parser.add_argument("--surface", required=True, help="Key of the surface, such as S-0001.")
    parser.add_argument("--provider", default="meridian")
    parser.add_argument("--model", default="meridian-2.1-large")
    parser.add_argument("--region", default="eu-central")
    parser.add_argument("--data-class", action="append", help="Repeat it for several.")
    told = parser.parse_args()
    told.data_class = told.data_class or ["internal"]
    resource = Resource.create({"service.name": "observed-example", "plumbline.surface": told.surface})
    exporter = OTLPSpanExporter(
        endpoint=f"{told.url.rstrip('/')}/v1/traces",
        headers={"Authorization": f"Bearer {os.environ['PLUMBLINE_TOKEN']}"},
    )
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    for question in QUESTIONS:
        print(ask(provider.get_tracer("observed-example"), question, told))  # noqa: T201 - it talks to who runs it
    delivered = provider.force_flush(10_000)
    provider.shutdown()
    if not delivered:
        raise SystemExit("Not everything was delivered. Check the address and the token.")


if __name__ == "__main__":
    main()
