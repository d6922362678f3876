"""Tests of modes; `ofrep.yaml` is the OpenAPI document of OFREP 0.3.0 (open-feature/protocol @d1a63a4, Apache-2.0)."""

from pathlib import Path

OFREP = Path(__file__).with_name("ofrep.yaml")
