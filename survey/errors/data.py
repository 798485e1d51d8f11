"""What a file, a database, a setting or the input of a formula may not be."""

from __future__ import annotations

from survey.errors.base import Refusal

# What a file, a database or a setting may not be.


class BadData(Refusal):
    """A catalogue, instrument or map that breaks a rule: `faults` name file, line and rule."""

    code = "bad-data"
    status = 422

    def __init__(self, faults: list[str]) -> None:
        super().__init__(faults=faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(self.faults)


class BadSettings(BadData):
    code = "bad-settings"


class PdfPartsMissing(Refusal):
    """The system lacks libraries that PDF documents are made with; `packages` names Debian's."""

    code = "pdf-parts-missing"
    status = 503


class WrongDatabase(Refusal):
    """Real and simulated data never share a database."""

    code = "wrong-database"
    status = 409


class WrongSchema(Refusal):
    """The tables are not those of this version: older, newer, or none at all."""

    code = "wrong-schema"
    status = 503


class LedgerBroken(Refusal):
    """Kept counts or the ledger do not follow from the responses."""

    code = "ledger-broken"
    status = 500


# What a change of the catalogue may not be.


class CatalogueChanged(Refusal):
    """Somebody else changed the catalogue between looking at a change and applying it."""

    code = "catalogue-changed"
    status = 409


class UnknownDraft(Refusal):
    """A draft that was applied, was thrown away, is over a day old, or is somebody else's."""

    code = "unknown-draft"
    status = 404


class UnknownInstrument(Refusal):
    """Neither a published questionnaire nor a draft of one."""

    code = "unknown-instrument"
    status = 404


class ItemCodeTaken(Refusal):
    """A new question without a code, or with that of another one."""

    code = "item-code-taken"
    status = 422


class InstrumentUnfinished(Refusal):
    """A draft that still lacks something: `faults` say what."""

    code = "instrument-unfinished"
    status = 422


class OwnDraft(Refusal):
    """Whoever wrote a questionnaire does not publish it: a second person looks at it."""

    code = "own-draft"
    status = 403


class DayPassed(Refusal):
    """What is set for a day that has come, or is over, cannot be set any more."""

    code = "day-passed"
    status = 422


class VersionApart(Refusal):
    """A version has something under a name that means something else in one that the wave has asked."""

    code = "version-apart"
    status = 409


class VersionTaken(Refusal):
    """There is a questionnaire or a draft of this version, or the version is none."""

    code = "version-taken"
    status = 409


# What the formulas cannot compute from.


class PlanOutOfRange(Refusal):
    """A plan of whom to ask with a number that is missing or that no plan can be made with."""

    code = "plan-out-of-range"
    status = 422


class PopulationBelowSample(Refusal, ValueError):
    """A stratum says that its population is smaller than its sample."""

    code = "population-below-sample"
    status = 422
