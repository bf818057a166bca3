"""stoq.args: the arguments that all workers have."""

from __future__ import annotations

import argparse


class StoqArgs:
    """`parser = StoqArgs(parser)` gives the parser back with the standard
    groups. What nobody gives stays unset, other than in stoQ, where defaults
    of False took the place of what the manifest says."""

    def __new__(cls, parser: argparse.ArgumentParser) -> (  # type: ignore[misc]
            argparse.ArgumentParser):
        unset = argparse.SUPPRESS
        common = parser.add_argument_group("Common options")
        common.add_argument("-L", "--log-level", "--loglevel",
                            dest="log_level", default=unset,
                            choices=["debug", "info", "warning", "error",
                                     "critical"])
        common.add_argument("-T", "--template", dest="template", default=unset)
        common.add_argument("--max-processes", dest="max_processes", type=int,
                            default=unset)
        common.add_argument("--max-recursion", "--max_recursion",
                            dest="max_recursion", type=int, default=unset)
        common.add_argument("--tlp", dest="default_tlp", default=unset)
        common.add_argument("--rate-limit", dest="ratelimit", default=unset)
        common.add_argument("--cron", dest="cron", type=int, default=unset)
        common.add_argument("--metadata", dest="ingest_metadata", nargs="*",
                            default=unset)
        source = parser.add_argument_group("Source options")
        source.add_argument("-F", "--file", dest="path", default=unset)
        source.add_argument("-I", "--source", dest="source_plugin",
                            default=unset)
        source.add_argument("-Q", "--queue", dest="source_queue",
                            default=unset)
        source.add_argument("-E", "--error-queue", dest="error_queue",
                            action="store_true", default=unset)
        source.add_argument("-D", "--dispatch", dest="dispatch",
                            action="store_true", default=unset)
        output = parser.add_argument_group("Output options")
        output.add_argument("-C", "--connector", dest="output_connector",
                            default=unset)
        output.add_argument("-A", "--archive", dest="archive_connector",
                            default=unset)
        output.add_argument("-P", "--decorator", dest="decorator_plugin",
                            default=unset)
        output.add_argument("-O", "--out", "--outfile", dest="outfile",
                            default=unset)
        output.add_argument("-S", "--split", dest="combined_results",
                            action="store_false", default=unset)
        output.add_argument("--use-date", dest="use_output_date",
                            action="store_true", default=unset)
        output.add_argument("--flatten", dest="flatten_results",
                            action="store_true", default=unset)
        output.add_argument("--delimiter", dest="flatten_delimiter",
                            default=unset)
        return parser
