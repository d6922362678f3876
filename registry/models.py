"""All tables of the registry: a feature's models take this app's label once they are imported here."""

from registry.catalog.models import DataRule, Endpoint, Tool, Vendor, VendorTerm
from registry.changes.models import Change, InForce
from registry.gates.models import GateCheck
from registry.imports.models import ImportBatch, ImportProfile, ImportRow
from registry.surfaces.models import (
    Draft,
    OwnerTransfer,
    RaciRow,
    Revision,
    Surface,
    SurfaceGroupObjectPermission,
    SurfaceUserObjectPermission,
)

__all__ = [
    "Change",
    "DataRule",
    "Draft",
    "Endpoint",
    "GateCheck",
    "ImportBatch",
    "ImportProfile",
    "ImportRow",
    "InForce",
    "OwnerTransfer",
    "RaciRow",
    "Revision",
    "Surface",
    "SurfaceGroupObjectPermission",
    "SurfaceUserObjectPermission",
    "Tool",
    "Vendor",
    "VendorTerm",
]
