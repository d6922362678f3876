"""What each reader's briefing counted day by day, and the week by mail: who wishes it, and what was sent."""

from django.db import models


class BriefingDay(models.Model):
    """What the briefing of one person counted when it was last worked out on one day: line -> rows that they could see.

    By it the next weeks' briefings say what moved. `day` is the day in the person's own time zone.
    """

    person = models.ForeignKey("governance.User", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()
    figures = models.JSONField(default=dict)

    class Meta:
        app_label = "governance"
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="briefing_day_once")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.day}"


class DigestChoice(models.Model):
    """Whether a person wishes the week by mail; without a row the habit of their role holds."""

    person = models.OneToOneField("governance.User", primary_key=True, on_delete=models.CASCADE, related_name="+")
    wanted = models.BooleanField()
    chosen_at = models.DateTimeField()

    class Meta:
        app_label = "governance"

    def __str__(self) -> str:
        return "wanted" if self.wanted else "not wanted"


class DigestMail(models.Model):
    """The mail of one week to one person: claimed before it is sent, so that no week is sent twice by two workers.

    `due_at` is the moment that policy names, by the person's own clock. Empty `sent_at`: not gone yet; `error` says why.
    """

    person = models.ForeignKey("governance.User", on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    tried_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=400, blank=True)

    class Meta:
        app_label = "governance"
        constraints = [models.UniqueConstraint(fields=["person", "due_at"], name="digest_mail_once")]

    def __str__(self) -> str:
        return f"due {self.due_at:%Y-%m-%d %H:%M}"
