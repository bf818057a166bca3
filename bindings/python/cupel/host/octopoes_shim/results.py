"""What else a normalizer may yield, and the models of jobs."""

from __future__ import annotations

from typing import Any

from cupel.host.octopoes_shim.enums import ScanLevel, ScanProfileType
from cupel.host.octopoes_shim.model import OOI, Reference, _json


class _Model:
    """Fields by name, with defaults."""

    DEFAULTS: dict[str, Any] = {}
    NEEDED: tuple[str, ...] = ()

    def __init__(self, **values: Any) -> None:
        for name in self.NEEDED:
            if values.get(name) is None:
                raise ValueError(f"{type(self).__name__}: {name} is missing")
        for name, value in {**self.DEFAULTS, **values}.items():
            setattr(self, name, value)

    def model_dump(self, mode: str = "python", **_: Any) -> dict[str, Any]:
        """All fields; with mode "json" as JSON has them."""
        return {name: _json(value) if mode == "json" else value
                for name, value in vars(self).items()}


class NormalizerObservation(_Model):
    """Objects that were seen in a raw."""

    DEFAULTS = {"type": "observation"}
    NEEDED = ("input_ooi", "results")


class NormalizerDeclaration(_Model):
    """An object that is true by itself."""

    DEFAULTS = {"type": "declaration", "end_valid_time": None}
    NEEDED = ("ooi",)


class NormalizerAffirmation(_Model):
    """Details of an object, without saying that it exists."""

    DEFAULTS = {"type": "affirmation"}
    NEEDED = ("ooi",)


class ScanProfile(_Model):
    """How deep an object may be scanned."""

    DEFAULTS = {"scan_profile_type": "", "user_id": None}
    NEEDED = ("reference",)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        given = self.__dict__["reference"]
        self.reference = given.reference if isinstance(
            given, OOI) else Reference(given)
        self.level = ScanLevel(int(values.get("level") or 0))


class DeclaredScanProfile(ScanProfile):
    """One that somebody set."""

    DEFAULTS = {"scan_profile_type": ScanProfileType.DECLARED.value,
                "user_id": None}


class InheritedScanProfile(ScanProfile):
    """One that comes from another object."""

    DEFAULTS = {"scan_profile_type": ScanProfileType.INHERITED.value,
                "user_id": None}


class EmptyScanProfile(ScanProfile):
    """None."""

    DEFAULTS = {"scan_profile_type": ScanProfileType.EMPTY.value,
                "user_id": None}


class BoefjeMeta(_Model):
    """For annotations; run() gets a dictionary."""


class NormalizerMeta(_Model):
    """For annotations."""


NAMES: dict[str, object] = {
    kind.__name__: kind for kind in (
        NormalizerObservation, NormalizerDeclaration, NormalizerAffirmation,
        ScanProfile, DeclaredScanProfile, InheritedScanProfile,
        EmptyScanProfile, BoefjeMeta, NormalizerMeta)}
NAMES["NormalizerOutput"] = object
