"""What to copy into a program so that it sends: environment variables first, since every OpenTelemetry SDK reads them."""

from dataclasses import dataclass

OLD, NEW = "gen_ai_latest_experimental", "OTEL_SEMCONV_STABILITY_OPT_IN"


@dataclass(frozen=True)
class Snippet:
    """One way to send: its key, what it is called, and the text."""

    key: str
    label: str
    text: str


def snippets(base: str, *, surface: str = "", secret: str = "") -> list[Snippet]:
    """Return what to copy, for a server at `base` (https://plumb.example), a surface's key ("" for none), a token's secret."""
    token = secret or "$PLUMBLINE_TOKEN"
    return [
        Snippet("environment", "Any SDK", _environment(base, surface, token)),
        Snippet("python", "Python", _python(base, surface, token)),
        Snippet("node", "Node", _node(base, surface, token)),
        Snippet("collector", "Collector", _collector(base)),
        Snippet("litellm", "LiteLLM", _litellm(base, token)),
    ]


def _environment(base: str, surface: str, token: str) -> str:
    lines = [
        f"export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT={base}/v1/traces",
        "export OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf",
        f'export OTEL_EXPORTER_OTLP_TRACES_HEADERS="Authorization=Bearer%20{token}"',
        f"export {NEW}={OLD}",
    ]
    if surface:
        lines.append(f"export OTEL_RESOURCE_ATTRIBUTES=plumbline.surface={surface}")
    return "\n".join(lines)


def _python(base: str, surface: str, token: str) -> str:
    resource = f'{{"service.name": "my-program", "plumbline.surface": "{surface or "S-0418"}"}}'
    return "\n".join(
        (
            "# pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http",
            "import os",
            "from opentelemetry import trace",
            "from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter",
            "from opentelemetry.sdk.resources import Resource",
            "from opentelemetry.sdk.trace import TracerProvider",
            "from opentelemetry.sdk.trace.export import BatchSpanProcessor",
            "",
            f"provider = TracerProvider(resource=Resource.create({resource}))",
            "exporter = OTLPSpanExporter(",
            f'    endpoint="{base}/v1/traces",',
            f'    headers={{"Authorization": {_bearer(token)}}},',
            ")",
            "provider.add_span_processor(BatchSpanProcessor(exporter))",
            "trace.set_tracer_provider(provider)",
        )
    )


def _bearer(token: str) -> str:
    return '"Bearer " + os.environ["PLUMBLINE_TOKEN"]' if token.startswith("$") else f'"Bearer {token}"'


def _node(base: str, surface: str, token: str) -> str:
    named = f'"service.name": "my-program", "plumbline.surface": "{surface or "S-0418"}"'
    bearer = "`Bearer ${process.env.PLUMBLINE_TOKEN}`" if token.startswith("$") else f'"Bearer {token}"'
    return "\n".join(
        (
            "// npm install @opentelemetry/sdk-node @opentelemetry/exporter-trace-otlp-proto @opentelemetry/resources",
            'import { NodeSDK } from "@opentelemetry/sdk-node";',
            'import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";',
            'import { resourceFromAttributes } from "@opentelemetry/resources";',
            "",
            "new NodeSDK({",
            f"  resource: resourceFromAttributes({{ {named} }}),",
            f'  traceExporter: new OTLPTraceExporter({{ url: "{base}/v1/traces", headers: {{ Authorization: {bearer} }} }}),',
            "}).start();",
        )
    )


def _collector(base: str) -> str:
    return "\n".join(
        (
            "exporters:",
            "  otlphttp/plumbline:",
            f"    traces_endpoint: {base}/v1/traces",
            "    headers:",
            "      Authorization: Bearer ${env:PLUMBLINE_TOKEN}",
            "    retry_on_failure: {enabled: true}",
            "service:",
            "  pipelines:",
            "    traces:",
            "      receivers: [otlp]",
            "      processors: [batch]",
            "      exporters: [otlphttp/plumbline]",
        )
    )


def _litellm(base: str, token: str) -> str:
    return "\n".join(
        (
            "# config.yaml of the proxy",
            "litellm_settings:",
            '  callbacks: ["otel"]',
            "  turn_off_message_logging: true   # prompts and outputs stay where they are",
            "",
            "# its environment",
            "OTEL_EXPORTER=otlp_http",
            f"OTEL_ENDPOINT={base}/v1/traces",
            f'OTEL_HEADERS="Authorization=Bearer {token}"',
            f"{NEW}={OLD}",
        )
    )
