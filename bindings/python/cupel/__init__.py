"""Cupel in Python: scan, run plugins and jobs, with honest reports.

>>> import cupel
>>> rules = cupel.compile_rules('rule hello { strings: $a = "hello" '
...                             'condition: $a }')
>>> report = cupel.Scanner(rules).scan(b"hello, world")
>>> report.verdict
<Verdict.MATCHED: 'matched'>
>>> [finding.rule for finding in report.findings]
['hello']

`cupel.yara` is a familiar face for programs written for yara-python.

`cupel.plugin` is what plugins are written with, `cupel.host` is what runs them
in a process of their own. Neither needs anything but the standard library:
nothing of the binding is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Every public name, by the module that it is in; a test compares this with what
# type checkers see below.
_NAMES = {
    "cupel.errors": (
        "Aborted", "AlreadyExists", "Cancelled", "DataLoss",
        "DeadlineExceeded", "Diagnostic", "Error", "FailedPrecondition",
        "Internal", "InvalidArgument", "NotFound", "OutOfRange",
        "PermissionDenied", "ResourceExhausted", "Unauthenticated",
        "Unavailable", "Unimplemented", "Unknown"),
    "cupel._cupel": ("Cancel", "abi_version", "build_info", "version"),
    "cupel.engine": ("Engine", "default_engine"),
    "cupel.limits": ("Limits", "UNLIMITED"),
    "cupel.report": ("Report",),
    "cupel.report_parts": (
        "Counts", "Coverage", "Distribution", "Finding", "Incident", "Package",
        "Payload", "ReportRules", "StringMatch", "UsedPlugin", "Verdict"),
    "cupel.rules": ("RuleInfo", "Rules", "SkippedRule", "compile_rules"),
    "cupel.scanner": ("Containers", "Progress", "Scanner"),
    "cupel.boefje": (
        "BoefjeRun", "NormalizerRun", "Raws", "RunOptions", "StoredRaw",
        "boefje_run", "boefje_run_job", "normalizer_run",
        "normalizer_run_job"),
    "cupel.dedup": (
        "Decision", "Dedup", "Handed", "Raw", "Released", "Sharing"),
    "cupel.environment": ("Environment", "EnvironmentEntry", "Origin"),
    "cupel.http": (
        "HttpResponse", "Mountable", "generate_token", "hash_token",
        "token_matches"),
    "cupel.http_applications": ("AsgiApplication", "WsgiApplication"),
    "cupel.job": (
        "Job", "JobCheck", "JobComparison", "JobKind", "JobProblem",
        "TaskStatus", "openkat_task_hash_boefje",
        "openkat_task_hash_normalizer"),
    "cupel.plugin_use": ("DocumentOptions", "DocumentSchema", "documents_of"),
    "cupel.plugins": ("OptionOrigin", "PluginMethod", "Plugins", "install"),
    "cupel.queue": (
        "LeasedJob", "Queue", "Renewed", "Statistics", "Submitted"),
    "cupel.registry": (
        "Organisation", "Registry", "Rotated", "discover", "plugin_hash"),
    "cupel.schema": ("Schema", "SchemaCheck", "SchemaIssue"),
    "cupel.settings": ("Keyring", "RowInfo", "SealFormat", "SettingsBox"),
    "cupel.worker": ("CheckProblem", "Worker", "WorkerCheck"),
}
# Modules that are there without being imported first.
_MODULES = ("plugin", "yara")
_MODULE_OF = {name: module for module, names in _NAMES.items()
              for name in names}
__all__ = sorted(_MODULE_OF)

if TYPE_CHECKING:
    from cupel import plugin as plugin
    from cupel import yara as yara
    from cupel._cupel import Cancel as Cancel
    from cupel._cupel import abi_version as abi_version
    from cupel._cupel import build_info as build_info
    from cupel._cupel import version as version
    from cupel.boefje import BoefjeRun as BoefjeRun
    from cupel.boefje import NormalizerRun as NormalizerRun
    from cupel.boefje import Raws as Raws
    from cupel.boefje import RunOptions as RunOptions
    from cupel.boefje import StoredRaw as StoredRaw
    from cupel.boefje import boefje_run as boefje_run
    from cupel.boefje import boefje_run_job as boefje_run_job
    from cupel.boefje import normalizer_run as normalizer_run
    from cupel.boefje import normalizer_run_job as normalizer_run_job
    from cupel.dedup import Decision as Decision
    from cupel.dedup import Dedup as Dedup
    from cupel.dedup import Handed as Handed
    from cupel.dedup import Raw as Raw
    from cupel.dedup import Released as Released
    from cupel.dedup import Sharing as Sharing
    from cupel.engine import Engine as Engine
    from cupel.engine import default_engine as default_engine
    from cupel.environment import Environment as Environment
    from cupel.environment import EnvironmentEntry as EnvironmentEntry
    from cupel.environment import Origin as Origin
    from cupel.errors import Aborted as Aborted
    from cupel.errors import AlreadyExists as AlreadyExists
    from cupel.errors import Cancelled as Cancelled
    from cupel.errors import DataLoss as DataLoss
    from cupel.errors import DeadlineExceeded as DeadlineExceeded
    from cupel.errors import Diagnostic as Diagnostic
    from cupel.errors import Error as Error
    from cupel.errors import FailedPrecondition as FailedPrecondition
    from cupel.errors import Internal as Internal
    from cupel.errors import InvalidArgument as InvalidArgument
    from cupel.errors import NotFound as NotFound
    from cupel.errors import OutOfRange as OutOfRange
    from cupel.errors import PermissionDenied as PermissionDenied
    from cupel.errors import ResourceExhausted as ResourceExhausted
    from cupel.errors import Unauthenticated as Unauthenticated
    from cupel.errors import Unavailable as Unavailable
    from cupel.errors import Unimplemented as Unimplemented
    from cupel.errors import Unknown as Unknown
    from cupel.http import HttpResponse as HttpResponse
    from cupel.http import Mountable as Mountable
    from cupel.http import generate_token as generate_token
    from cupel.http import hash_token as hash_token
    from cupel.http import token_matches as token_matches
    from cupel.http_applications import AsgiApplication as AsgiApplication
    from cupel.http_applications import WsgiApplication as WsgiApplication
    from cupel.job import Job as Job
    from cupel.job import JobCheck as JobCheck
    from cupel.job import JobComparison as JobComparison
    from cupel.job import JobKind as JobKind
    from cupel.job import JobProblem as JobProblem
    from cupel.job import TaskStatus as TaskStatus
    from cupel.job import openkat_task_hash_boefje as openkat_task_hash_boefje
    from cupel.job import \
        openkat_task_hash_normalizer as openkat_task_hash_normalizer
    from cupel.limits import UNLIMITED as UNLIMITED
    from cupel.limits import Limits as Limits
    from cupel.plugin_use import DocumentOptions as DocumentOptions
    from cupel.plugin_use import DocumentSchema as DocumentSchema
    from cupel.plugin_use import documents_of as documents_of
    from cupel.plugins import OptionOrigin as OptionOrigin
    from cupel.plugins import PluginMethod as PluginMethod
    from cupel.plugins import Plugins as Plugins
    from cupel.plugins import install as install
    from cupel.queue import LeasedJob as LeasedJob
    from cupel.queue import Queue as Queue
    from cupel.queue import Renewed as Renewed
    from cupel.queue import Statistics as Statistics
    from cupel.queue import Submitted as Submitted
    from cupel.registry import Organisation as Organisation
    from cupel.registry import Registry as Registry
    from cupel.registry import Rotated as Rotated
    from cupel.registry import discover as discover
    from cupel.registry import plugin_hash as plugin_hash
    from cupel.report import Report as Report
    from cupel.report_parts import Counts as Counts
    from cupel.report_parts import Coverage as Coverage
    from cupel.report_parts import Distribution as Distribution
    from cupel.report_parts import Finding as Finding
    from cupel.report_parts import Incident as Incident
    from cupel.report_parts import Package as Package
    from cupel.report_parts import Payload as Payload
    from cupel.report_parts import ReportRules as ReportRules
    from cupel.report_parts import StringMatch as StringMatch
    from cupel.report_parts import UsedPlugin as UsedPlugin
    from cupel.report_parts import Verdict as Verdict
    from cupel.rules import RuleInfo as RuleInfo
    from cupel.rules import Rules as Rules
    from cupel.rules import SkippedRule as SkippedRule
    from cupel.rules import compile_rules as compile_rules
    from cupel.scanner import Containers as Containers
    from cupel.scanner import Progress as Progress
    from cupel.scanner import Scanner as Scanner
    from cupel.schema import Schema as Schema
    from cupel.schema import SchemaCheck as SchemaCheck
    from cupel.schema import SchemaIssue as SchemaIssue
    from cupel.settings import Keyring as Keyring
    from cupel.settings import RowInfo as RowInfo
    from cupel.settings import SealFormat as SealFormat
    from cupel.settings import SettingsBox as SettingsBox
    from cupel.worker import CheckProblem as CheckProblem
    from cupel.worker import Worker as Worker
    from cupel.worker import WorkerCheck as WorkerCheck


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"cupel.{name}")
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'cupel' has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF, *_MODULES})
