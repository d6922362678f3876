"""The catalogue by REST."""

from registry.catalog.api.endpoints import EndpointApi
from registry.catalog.api.rules import RuleApi
from registry.catalog.api.tools import ToolApi
from registry.catalog.api.vendors import VendorApi

__all__ = ["EndpointApi", "RuleApi", "ToolApi", "VendorApi"]
