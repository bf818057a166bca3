"""The types of objects as facts: fields, natural keys, references."""

from __future__ import annotations

import datetime
import ipaddress
import uuid
from collections.abc import Callable
from typing import Any

from cupel.host.octopoes_shim import enums
from cupel.host.octopoes_shim.model import OOI, Field

_FINDING = ("id:id name? description? source? impact? recommendation? "
            "risk_score?:float risk_severity?:risk")
_REPORT = ("name template? date_generated:time reference_date:time "
           "organization_code organization_name organization_tags:any "
           "data_raw_id observed_at:time report_recipe>ReportRecipe ")

# Type(kind of): natural key: fields. "?" is optional, ":" how a value is
# converted (text if nothing is said), ">" a reference, "=" always this.
_ROWS = f"""
ADRFindingType(FindingType): id: {_FINDING}
APIDesignRule: name: name
APIDesignRuleResult: rest_api rule: rest_api>RESTAPI rule>APIDesignRule \
passed:bool message
Application: name: name
AssetReport(BaseReport): input_ooi report_type: {_REPORT} report_type input_ooi
AutonomousSystem: number: number name
CAPECFindingType(FindingType): id: {_FINDING}
CVEFindingType(FindingType): id: {_FINDING}
CWEFindingType(FindingType): id: {_FINDING}
Config: ooi bit_id: ooi>OOI bit_id config:any
DKIMExists: hostname: hostname>Hostname
DKIMKey: key dkim_selector: key dkim_selector>DKIMSelector
DKIMSelector: selector hostname: selector hostname>Hostname
DMARCTXTRecord: value hostname: value ttl:int hostname>Hostname
DNSAAAARecord(DNSRecord): hostname value: hostname>Hostname \
dns_record_type=AAAA value ttl?:int address>IPAddressV6
DNSARecord(DNSRecord): hostname value: hostname>Hostname dns_record_type=A \
value ttl?:int address>IPAddressV4
DNSCAARecord(DNSRecord): hostname flags tag value: hostname>Hostname \
dns_record_type=CAA value ttl?:int flags?:int tag:caa
DNSCNAMERecord(DNSRecord): hostname value: hostname>Hostname \
dns_record_type=CNAME value ttl?:int target_hostname>Hostname
DNSMXRecord(DNSRecord): hostname value: hostname>Hostname dns_record_type=MX \
value ttl?:int mail_hostname?>Hostname preference?:int
DNSNSRecord(DNSRecord): hostname value: hostname>Hostname dns_record_type=NS \
value ttl?:int name_server_hostname>Hostname
DNSPTRRecord(DNSRecord): hostname address: hostname>Hostname \
dns_record_type=PTR value ttl?:int address>IPAddress
DNSSOARecord(DNSRecord): hostname soa_hostname: hostname>Hostname \
dns_record_type=SOA value ttl?:int soa_hostname>Hostname serial?:int \
retry?:int refresh?:int expire?:int minimum?:int
DNSSPFMechanismHostname(DNSSPFMechanism): spf_record mechanism hostname \
qualifier: spf_record>DNSSPFRecord mechanism hostname>Hostname \
qualifier?:qualifier
DNSSPFMechanismIP(DNSSPFMechanism): spf_record mechanism ip qualifier: \
spf_record>DNSSPFRecord mechanism ip>IPAddress qualifier?:qualifier
DNSSPFMechanismNetBlock(DNSSPFMechanism): spf_record mechanism netblock \
qualifier: spf_record>DNSSPFRecord mechanism netblock>NetBlock \
qualifier?:qualifier
DNSSPFRecord: dns_txt_record value: value ttl?:int all? exp? \
dns_txt_record>DNSTXTRecord
DNSTXTRecord(DNSRecord): hostname value: hostname>Hostname \
dns_record_type=TXT value ttl?:int
DNSZone: hostname: hostname>Hostname parent?>DNSZone
ExternalScan: name: name
Finding: : finding_type>FindingType ooi>OOI proof? description? reproduce?
GeographicPoint: : ooi>OOI longitude:float latitude:float
HTTPHeader: resource key: resource>HTTPResource key value
HTTPHeaderHostname: header hostname: header>HTTPHeader hostname>Hostname
HTTPHeaderURL: header url: header>HTTPHeader url>URL
HTTPResource: website web_url: website>Website web_url>WebURL \
redirects_to?>WebURL
Hostname: network name: network>Network name:hostname dns_zone?>DNSZone \
registered_domain?>Hostname
HostnameHTTPURL(WebURL): scheme netloc port path: network>Network \
scheme:scheme port:port path netloc>Hostname
HydratedReport(BaseReport): report_recipe: {_REPORT} report_type \
input_oois:any
IPAddressHTTPURL(WebURL): scheme netloc port path: network>Network \
scheme:scheme port:port path netloc>IPAddress
IPAddressV4(IPAddress): network address: address:ip4 network>Network \
netblock?>IPV4NetBlock
IPAddressV6(IPAddress): network address: address:ip6 network>Network \
netblock?>IPV6NetBlock
IPPort: address protocol port: address>IPAddress protocol:protocol port:port \
state?:state
IPService: ip_port service: ip_port>IPPort service>Service
IPV4NetBlock(NetBlock): network start_ip mask: network>Network name? \
description? announced_by?>AutonomousSystem parent?>IPV4NetBlock \
start_ip>IPAddressV4 mask:mask4
IPV6NetBlock(NetBlock): network start_ip mask: network>Network name? \
description? announced_by?>AutonomousSystem parent?>IPV6NetBlock \
start_ip>IPAddressV6 mask:mask6
ImageMetadata: resource: resource>HTTPResource image_info:any
Incident: application event_id: application>Application event_id event_type \
event_title severity meta_data:any
KATFindingType(FindingType): id: {_FINDING}
MutedFinding: finding: finding>Finding reason?
NXDOMAIN: hostname: hostname>Hostname
Network: name: name
Question: schema_id ooi: ooi>OOI schema_id json_schema
RESTAPI: api_url: api_url>WebURL
Report(BaseReport): report_recipe: {_REPORT} report_type input_oois:any
ReportData: organization_code: organization_code organization_name \
organization_tags:any data:any
ReportRecipe: recipe_id: recipe_id:uuid report_name_format input_recipe:any \
report_type asset_report_types:any cron_expression?
ResolvedHostname: hostname address: hostname>Hostname address>IPAddress
RetireJSFindingType(FindingType): id: {_FINDING}
SecurityTXT: website url: website>Website url>URL redirects_to?>SecurityTXT \
security_txt?
Service: name: name
SnykFindingType(FindingType): id: {_FINDING}
Software: name version cpe: name version? cpe?
SoftwareInstance: : ooi>OOI software>Software
SubjectAlternativeNameHostname(SubjectAlternativeName): certificate hostname: \
certificate>X509Certificate hostname>Hostname
SubjectAlternativeNameIP(SubjectAlternativeName): certificate address: \
certificate>X509Certificate address>IPAddress
SubjectAlternativeNameQualifier(SubjectAlternativeName): certificate name: \
certificate>X509Certificate name
TLSCipher: ip_service: ip_service>IPService suites:any
URL: network raw: network>Network raw web_url?>WebURL
Website: ip_service hostname: ip_service>IPService hostname>Hostname \
certificate?>X509Certificate
X509Certificate: issuer serial_number: subject? issuer? valid_from \
valid_until pk_algorithm? pk_size?:int pk_number? signed_by?>X509Certificate \
serial_number expires_in?:any
"""


def _text(value: Any) -> str:
    if value is None or isinstance(value, (bytes, dict, list, tuple, OOI)):
        raise TypeError(f"expected text, not {type(value).__name__}")
    return str(value)


def _hostname(value: Any) -> str:
    name = _text(value).lower()
    if name.isascii():
        return name
    return ".".join(label if label.isascii() else
                    label.encode("idna").decode() for label in name.split("."))


def _between(least: int, most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        number = int(value)
        if not least <= number <= most:
            raise ValueError(f"{number} is not between {least} and {most}")
        return number
    return check


def _time(value: Any) -> datetime.datetime:
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime.fromisoformat(value)


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "": _text, "any": lambda value: value, "int": int, "float": float,
    "bool": bool, "id": lambda value: _text(value).strip(),
    "hostname": _hostname, "port": _between(1, 65535),
    "mask4": _between(0, 31), "mask6": _between(0, 127), "time": _time,
    "uuid": lambda value: uuid.UUID(str(value)),
    "ip4": lambda value: ipaddress.IPv4Address(_text(value)),
    "ip6": lambda value: ipaddress.IPv6Address(_text(value)),
    "risk": enums.RiskLevelSeverity, "caa": enums.CAATAGS,
    "qualifier": enums.MechanismQualifier, "scheme": enums.WebScheme,
    "protocol": enums.Protocol, "state": enums.PortState,
}
# Their ids are the same in any case.
_UPPER = ("CVEFindingType", "CWEFindingType", "CAPECFindingType",
          "SnykFindingType")


def _field(text: str, kind: str) -> Field:
    name, equals, constant = text.partition("=")
    if equals:
        return Field(name, constant=constant)
    name, arrow, target = text.partition(">")
    if arrow:
        return Field(name.rstrip("?"), name.endswith("?"), target)
    name, _, how = text.partition(":")
    convert = _CONVERT[how]
    if how == "id" and kind in _UPPER:
        return Field(name, convert=lambda value: _text(value).strip().upper())
    return Field(name.rstrip("?"), name.endswith("?"), convert=convert)


def _make() -> dict[str, type[OOI]]:
    types: dict[str, type[OOI]] = {}
    for row in _ROWS.strip().splitlines():
        head, _, rest = row.partition(":")
        keys, _, fields = rest.partition(": ")
        name, _, base = head.rstrip(")").partition("(")
        if base and base not in types:
            types[base] = type(base, (OOI,), {"__module__": "octopoes.models"})
        types[name] = type(name, (types[base] if base else OOI,), {
            "__module__": "octopoes.models", "keys": tuple(keys.split()),
            "fields": tuple(_field(text, name) for text in fields.split())})
        OOI.registry[name] = types[name]
    return types


TYPES = _make()


def type_by_name(name: str) -> type[OOI]:
    """The type of this name. Raises KeyError."""
    return TYPES[name]
