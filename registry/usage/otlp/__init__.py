"""OpenTelemetry in: `POST /v1/traces` as OTLP over HTTP says, protobuf or JSON, and spans read as calls of models and tools.

Owns the wire (sizes, compression, answers), the table of dialects and how a span becomes a `Call`. Refuses to know what a
call is matched to and how it is stored: `registry.usage.storing` takes the calls and returns when they are durable.

`dialects.yaml` says which attribute means what, as data; `dialects.py` checks it at start.
"""
