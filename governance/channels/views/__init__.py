"""Pages of channels and of what went through them."""

from governance.channels.views.channels import ChannelList, ChannelPage
from governance.channels.views.deliveries import DeliveryList, DeliveryPage, SendAgain
from governance.channels.views.keeping import (
    AddChannel,
    ChooseKind,
    EditChannel,
    PauseChannel,
    ResumeChannel,
    RetireChannel,
    TryOut,
)

__all__ = [
    "AddChannel",
    "ChannelList",
    "ChannelPage",
    "ChooseKind",
    "DeliveryList",
    "DeliveryPage",
    "EditChannel",
    "PauseChannel",
    "ResumeChannel",
    "RetireChannel",
    "SendAgain",
    "TryOut",
]
