"""Results of checks, kept for lists and figures. Derived: whoever decides something asks `queries.standing`, live."""

from django.db import models
from django.urls import reverse

from governance.core.text import NameField, ProseField
from registry.surfaces.models import Surface


class Status(models.TextChoices):
    """How a control stands."""

    MET = "met", "Met"
    NOT_MET = "not_met", "Not met"
    EXPIRED = "expired", "Expired"
    EXCEPTED = "excepted", "Excepted"
    NOT_APPLICABLE = "not_applicable", "Does not apply"


RED = (Status.NOT_MET, Status.EXPIRED)
DEMANDED = (Status.MET, Status.NOT_MET, Status.EXPIRED, Status.EXCEPTED)


class ControlResult(models.Model):
    """How one control stood on one surface when its checks were last run, with the reason and the way out.

    Derived from what is held, and so neither governed nor protected: the ledger tells when one turns. `blocking` says
    that it would hold a revision of this surface back while it is not met; `since` is when it got its status.
    """

    surface = models.ForeignKey(Surface, on_delete=models.CASCADE, related_name="control_results")
    control = models.CharField(max_length=60)
    title = NameField(max_length=200)
    status = models.CharField(max_length=14, choices=Status.choices)
    why = ProseField(max_length=2000)
    next_step = NameField(max_length=400, blank=True)
    door = models.CharField(max_length=200, blank=True)
    blocking = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    exception_key = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()

    class Meta:
        app_label = "registry"
        ordering = ["surface", "order"]
        indexes = [
            models.Index(fields=["control", "status"], name="control_result_status"),
            models.Index(fields=["status", "blocking"], name="control_result_blocking"),
            models.Index(fields=["expires_at"], name="control_result_expires"),
        ]
        constraints = [models.UniqueConstraint(fields=["surface", "control"], name="one_result_per_control")]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_status_display().lower()}"

    def get_absolute_url(self) -> str:
        """Return its place on the surface's page."""
        return f"{reverse('surface-controls', args=[f'S-{self.surface_id:04d}'])}#{self.control}"


class ControlsState(models.Model):
    """When a surface's controls were last looked at, when time alone will turn one, and how many stand how.

    Its row is locked while they are looked at, so that the last to write has seen the newest facts. No row: never yet.
    """

    surface = models.OneToOneField(Surface, on_delete=models.CASCADE, related_name="controls_state")
    checked_at = models.DateTimeField()
    turns_at = models.DateTimeField(null=True, blank=True, db_index=True)
    demanded = models.PositiveSmallIntegerField(default=0)
    met = models.PositiveSmallIntegerField(default=0)
    excepted = models.PositiveSmallIntegerField(default=0)
    unmet = models.PositiveSmallIntegerField(default=0)
    unmet_blocking = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "registry"
        verbose_name = "controls of a surface"
        verbose_name_plural = "controls of surfaces"

    def __str__(self) -> str:
        return f"{self.met} of {self.demanded} met"


class ByItself(models.Model):
    """A record held here speaks for a control of a surface, without anybody uploading it: an eval run, a drill, ...

    Derived like results, and kept for lists: the newest record of its sort. `title` is how the control is called; `entry`
    the ledger entry that told of the record.
    """

    class Kind(models.TextChoices):
        """What sort of record it is."""

        EVAL_RUN = "eval_run", "Eval run"
        DRILL = "drill", "Drill"
        VENDOR_REVIEW = "vendor_review", "Vendor review"
        APPROVAL = "approval", "Approval"
        ACCESS_REVIEW = "access_review", "Access review"

    surface = models.ForeignKey(Surface, on_delete=models.CASCADE, related_name="shown_by_itself")
    control = models.CharField(max_length=60)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    record_type = models.CharField(max_length=60)
    record_id = models.PositiveBigIntegerField()
    record_key = models.CharField(max_length=120)
    label = NameField(max_length=400)
    title = NameField(max_length=200)
    on = models.DateField()
    entry = models.PositiveBigIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-on", "-pk"]
        verbose_name = "evidence by itself"
        verbose_name_plural = "evidence by itself"
        indexes = [models.Index(fields=["-on", "-id"], name="by_itself_newest")]
        constraints = [models.UniqueConstraint(fields=["surface", "control", "record_type", "record_id"], name="by_itself_once")]

    def __str__(self) -> str:
        return self.label
