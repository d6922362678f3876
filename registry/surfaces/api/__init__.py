"""Surfaces, hand-overs and contracts over REST."""

from registry.surfaces.api.contracts import ContractApi
from registry.surfaces.api.surfaces import SurfaceApi
from registry.surfaces.api.transfers import TransferApi

__all__ = ["ContractApi", "SurfaceApi", "TransferApi"]
