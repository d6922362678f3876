"""The only writers of assets: register, record a version, remember what a revision names, share, retire."""

from registry.assets.actions.keeping import change_asset, register_asset, retire_asset, set_owner, share_asset
from registry.assets.actions.recording import record_version
from registry.assets.actions.remembering import remember

__all__ = ["change_asset", "record_version", "register_asset", "remember", "retire_asset", "set_owner", "share_asset"]
