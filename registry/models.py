"""All tables of the registry: a feature's models take this app's label once they are imported here."""

import registry.budgets.guards
import registry.changes.guards
import registry.modes.guards
import registry.oncall.guards
import registry.quarantine.guards  # noqa: F401 - what the database refuses
from registry.assets.models import Asset, AssetUse, AssetVersion
from registry.board.models import BoardAnswer
from registry.budgets.models import BudgetEvent, BudgetHold, BudgetHour, BurnAlert, Objective
from registry.catalog.models import DataRule, Endpoint, Tool, Vendor, VendorTerm
from registry.changes.models import Change, Clearance, EmergencyReview, FreezeScope, FreezeWindow, InForce
from registry.continuity.models import ContinuityPlan, VendorDrill
from registry.controls.models import ByItself, ControlResult, ControlsState
from registry.deliveries.models import Defect, Deployment
from registry.evals.models import EvalCase, EvalRun, EvalSuite, SuiteVersion
from registry.evidence.models import Blob, Evidence, EvidenceUse
from registry.exceptions.models import ControlException, ExceptionSurface
from registry.findings.models import Finding, FindingPath, FindingTally
from registry.frameworks.models import FrameworkAnswer
from registry.gates.models import GateCheck
from registry.guests.models import AuditQuestion, AuditReply, GuestAccess, GuestSurface, GuestTerm
from registry.imports.models import ImportBatch, ImportProfile, ImportRow
from registry.inventory.models import Inventory
from registry.mapping.models import MappingLine, MappingSession, MappingTeam
from registry.modes.models import ModeChange, ModeRaise
from registry.money.models import Chargeback, Repricing, SpendLimit, SpendMark
from registry.oncall.models import (
    CalendarFeed,
    EscalationPath,
    EscalationStep,
    LayerPerson,
    Rota,
    RotaLayer,
    RotaOverride,
    Route,
)
from registry.quarantine.models import Quarantine, QuarantineLift
from registry.questionnaires.models import Answer, FilledFile, Proposal, Question, Questionnaire
from registry.risks.models import Risk, RiskEvidence, RiskSurface
from registry.surfaces.models import (
    Draft,
    OwnerTransfer,
    RaciRow,
    Revision,
    Surface,
    SurfaceGroupObjectPermission,
    SurfaceUserObjectPermission,
)
from registry.switches.models import Drill
from registry.usage.models import (
    KeptText,
    Observation,
    PathClass,
    SealedHour,
    UsageAlias,
    UsageBatch,
    UsageDay,
    UsageHour,
    UsagePath,
    UsageSource,
)
from registry.usage.prices import ExchangeRate, Price

__all__ = [
    "Answer",
    "Asset",
    "AssetUse",
    "AssetVersion",
    "AuditQuestion",
    "AuditReply",
    "Blob",
    "BoardAnswer",
    "BudgetEvent",
    "BudgetHold",
    "BudgetHour",
    "BurnAlert",
    "ByItself",
    "CalendarFeed",
    "Change",
    "Chargeback",
    "Clearance",
    "ContinuityPlan",
    "ControlException",
    "ControlResult",
    "ControlsState",
    "DataRule",
    "Defect",
    "Deployment",
    "Draft",
    "Drill",
    "EmergencyReview",
    "Endpoint",
    "EscalationPath",
    "EscalationStep",
    "EvalCase",
    "EvalRun",
    "EvalSuite",
    "Evidence",
    "EvidenceUse",
    "ExceptionSurface",
    "ExchangeRate",
    "FilledFile",
    "Finding",
    "FindingPath",
    "FindingTally",
    "FrameworkAnswer",
    "FreezeScope",
    "FreezeWindow",
    "GateCheck",
    "GuestAccess",
    "GuestSurface",
    "GuestTerm",
    "ImportBatch",
    "ImportProfile",
    "ImportRow",
    "InForce",
    "Inventory",
    "KeptText",
    "LayerPerson",
    "MappingLine",
    "MappingSession",
    "MappingTeam",
    "ModeChange",
    "ModeRaise",
    "Objective",
    "Observation",
    "OwnerTransfer",
    "PathClass",
    "Price",
    "Proposal",
    "Quarantine",
    "QuarantineLift",
    "Question",
    "Questionnaire",
    "RaciRow",
    "Repricing",
    "Revision",
    "Risk",
    "RiskEvidence",
    "RiskSurface",
    "Rota",
    "RotaLayer",
    "RotaOverride",
    "Route",
    "SealedHour",
    "SpendLimit",
    "SpendMark",
    "SuiteVersion",
    "Surface",
    "SurfaceGroupObjectPermission",
    "SurfaceUserObjectPermission",
    "Tool",
    "UsageAlias",
    "UsageBatch",
    "UsageDay",
    "UsageHour",
    "UsagePath",
    "UsageSource",
    "Vendor",
    "VendorDrill",
    "VendorTerm",
]
