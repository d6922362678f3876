"""Questionnaires, their questions, what is proposed for each, the library of answers, and the files that went back."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core import clock
from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from registry.evidence.models import Blob
from registry.questionnaires.rows import AnswerRows, QuestionnaireRows, QuestionRows


class Short(models.TextChoices):
    """The word that a drop-down list asks for; the text says the rest."""

    YES = "yes", "Yes"
    NO = "no", "No"
    PARTLY = "partly", "Partly"
    DOES_NOT_APPLY = "na", "Does not apply"


class Questionnaire(Governed):
    """A buyer's file with questions: the bytes as they came, how they are read, and until when the buyer waits."""

    class State(models.TextChoices):
        """How far it is."""

        READING = "reading", "Being read"
        REVIEW = "review", "To answer"
        SENT = "sent", "Sent back"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Form(models.TextChoices):
        """What kind of file came."""

        XLSX = "xlsx", "Excel workbook"
        CSV = "csv", "CSV"

    title = NameField(max_length=200)
    buyer = NameField(max_length=200, blank=True)
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="questionnaires")
    due_on = models.DateField("answer due", null=True, blank=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="questionnaires")
    file_name = NameField(max_length=200)
    form = models.CharField(max_length=4, choices=Form.choices)
    layout = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True)
    problem = ProseField(max_length=2000, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.READING)
    ended_because = ProseField("why it was withdrawn", max_length=2000, blank=True)

    objects = QuestionnaireRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="questionnaire_due")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(ended_because=""),
                name="withdrawn_questionnaire_says_why",
                violation_error_message="Say why it is withdrawn.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """QU-4."""
        return f"QU-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("questionnaire", args=[self.key])


class Answer(Governed):
    """What the company says to a question whoever asks it: words agreed on, what shows them, as of when, and who keeps them.

    `sources` are the things held here that show it, as `sources.Source` writes them: type, id, label, the version and
    the number of the ledger entry at `as_of`. `prepared` names the prepared answer that this one says better.
    """

    class State(models.TextChoices):
        """Whether it is proposed."""

        CURRENT = "current", "Current"
        RETIRED = "retired", "Retired"

    question = ProseField(max_length=2000)
    wordings = models.JSONField("other ways to ask it", default=list, blank=True)
    short = models.CharField("in a word", max_length=6, choices=Short.choices, blank=True)
    text = ProseField("answer", max_length=8000)
    sources = models.JSONField(default=list, blank=True)
    as_of = models.DateTimeField()
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="answers")
    review_on = models.DateField("next review", null=True, blank=True)
    public = models.BooleanField(default=False)
    prepared = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.CURRENT)

    objects = AnswerRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "review_on"], name="answer_review")]
        constraints = [
            models.UniqueConstraint(
                fields=["prepared"],
                condition=Q(state="current") & ~Q(prepared=""),
                name="one_answer_in_place_of_prepared",
                violation_error_message="The library has an answer in place of this prepared one already. Change that one.",
            )
        ]

    def __str__(self) -> str:
        return self.question if len(self.question) <= 120 else f"{self.question[:119]}…"

    @property
    def key(self) -> str:
        """AN-12."""
        return f"AN-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("answer", args=[self.key])


class Question(Governed):
    """One question of a buyer's file, where its answer goes, and what was answered by whom from what.

    `number` counts through the file. `answer_cell` and `detail_cell` are addresses in its sheet (D12), empty where the
    file has no cell for an answer. `choices` are the words that the cell allows. `refused` names the proposals that a
    reviewer turned down, so that they do not come again. `found` is false once another layout no longer reads it.
    """

    class State(models.TextChoices):
        """Whether it is answered."""

        OPEN = "open", "To answer"
        ANSWERED = "answered", "Answered"
        LEFT = "left", "Left blank"

    class Origin(models.TextChoices):
        """Where the answer comes from."""

        LIBRARY = "library", "Answer library"
        PREPARED = "prepared", "Live records"
        EARLIER = "earlier", "Earlier questionnaire"
        WRITTEN = "written", "Written by hand"

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveIntegerField()
    sheet = NameField(max_length=120, blank=True)
    row = models.PositiveIntegerField()
    code = NameField("buyer's number", max_length=120, blank=True)
    section = NameField(max_length=300, blank=True)
    text = ProseField("question", max_length=8000)
    choices = models.JSONField(default=list, blank=True)
    given = ProseField("what stood in the cell", max_length=8000, blank=True)
    answer_cell = models.CharField(max_length=12, blank=True)
    detail_cell = models.CharField(max_length=12, blank=True)
    found = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    short = models.CharField("in a word", max_length=6, choices=Short.choices, blank=True)
    answer = ProseField(max_length=8000, blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, blank=True)
    origin_ref = models.CharField(max_length=40, blank=True)
    edited = models.BooleanField(default=False)
    sources = models.JSONField(default=list, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    refused = models.JSONField(default=list, blank=True)
    asked_of = models.ForeignKey(
        "governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="questions_to_answer"
    )
    decided_by = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["questionnaire", "number"]
        indexes = [
            models.Index(fields=["questionnaire", "state", "number"], name="question_state"),
            models.Index(fields=["asked_of", "state"], name="question_asked_of"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "sheet", "row"], name="question_once"),
            models.CheckConstraint(
                condition=~Q(state="answered") | ((~Q(answer="") | ~Q(short="")) & Q(decided_by__isnull=False)),
                name="answered_question_says_something",
                violation_error_message="An answered question has an answer, and somebody who gave it.",
            ),
        ]

    def __str__(self) -> str:
        return f"Question {self.number}"

    @property
    def key(self) -> str:
        """QU-4.12."""
        return f"QU-{self.questionnaire_id}.{self.number}" if self.pk else ""

    @property
    def ledger_touches(self) -> tuple[Questionnaire]:
        """What an entry about this question also touches."""
        return (self.questionnaire,)

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("question", args=[self.key])


class Proposal(models.Model):
    """What a search found for one question, the best first (rank 1); replaced whenever proposals are made again.

    It is no decision and nobody's word, so it has no history: what is taken from it goes into the question with its
    sources. `reference` is AN-12, prepared:kill-switch or QU-2.14; `score` goes from 0 to 1.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="proposals")
    rank = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=8, choices=Question.Origin.choices)
    reference = models.CharField(max_length=60)
    asked = models.TextField()
    short = models.CharField(max_length=6, choices=Short.choices, blank=True)
    text = models.TextField(blank=True)
    sources = models.JSONField(default=list)
    as_of = models.DateTimeField()
    score = models.FloatField()
    stale = models.TextField(blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["question", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["question", "rank"], name="proposal_rank_once"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="proposal_score"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} for {self.question_id}"

    @property
    def percent(self) -> int:
        """The score in whole per cent."""
        return round(self.score * 100)


@protect
class FilledFile(AppendOnly):
    """A file that was made to go back to the buyer: its bytes, what was answered in it, and what could not be placed."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="filled")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="filled_files")
    file_name = NameField(max_length=200)
    answered = models.PositiveIntegerField()
    unanswered = models.PositiveIntegerField()
    notes = models.JSONField(default=list)
    made_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name
