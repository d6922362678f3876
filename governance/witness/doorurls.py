"""Where other logs have their checkpoints cosigned: open without an account. /witness is the submission prefix."""

from django.urls import path

from governance.witness.views.door import AddCheckpoint

urlpatterns = [path("add-checkpoint", AddCheckpoint.as_view(), name="witness-add-checkpoint")]
