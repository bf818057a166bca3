"""The values that fields of octopoes' types may have."""

from __future__ import annotations

import enum


class _Text(str, enum.Enum):
    """Text with a few values; printed as the value."""

    def __str__(self) -> str:
        return str(self.value)


class ScanLevel(enum.IntEnum):
    """How deep something may be scanned."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4


class ScanProfileType(_Text):
    """Where a level comes from."""

    DECLARED = "declared"
    INHERITED = "inherited"
    EMPTY = "empty"


class RiskLevelSeverity(_Text):
    """How bad a finding is."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    RECOMMENDATION = "recommendation"
    PENDING = "pending"
    UNKNOWN = "unknown"


class Protocol(_Text):
    """Of a port."""

    TCP = "tcp"
    UDP = "udp"


class PortState(_Text):
    """As nmap says it."""

    OPEN = "open"
    CLOSED = "closed"
    FILTERED = "filtered"
    UNFILTERED = "unfiltered"
    OPEN_FILTERED = "open|filtered"
    CLOSED_FILTERED = "closed|filtered"


class WebScheme(_Text):
    """Of a URL."""

    HTTP = "http"
    HTTPS = "https"


class MechanismQualifier(_Text):
    """Of an SPF mechanism."""

    ALLOW = "+"
    FAIL = "-"
    SOFTFAIL = "~"
    NEUTRAL = "?"


class CAATAGS(_Text):
    """Of a CAA record."""

    ISSUE = "issue"
    ISSUEWILD = "issuewild"
    IODEF = "iodef"
    CONTACTEMAIL = "contactemail"
    CONTACTPHONE = "contactphone"
    ISSUEVMC = "issuevmc"
    ISSUEMAIL = "issuemail"
