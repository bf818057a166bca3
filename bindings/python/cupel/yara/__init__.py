"""A familiar face for programs written for yara-python (4.3 and newer).

Simple programs change one import:

>>> from cupel import yara                        # was: import yara
>>> rules = yara.compile(source='rule hello : demo { '
...                             'strings: $a = "hello" condition: $a }')
>>> for match in rules.match(data=b"well, hello"):
...     print(match.rule, match.tags)
...     for string in match.strings:
...         print(string.identifier, string.instances[0].offset)
hello ['demo']
$a 6

Archives are not taken apart here: rules see the bytes as they are given, by any
name. What differs from yara-python stands in docs/python.md.
"""

from __future__ import annotations

from cupel.yara.compiling import compile, load
from cupel.yara.errors import (Error, SyntaxError, TimeoutError,
                               WarningError)
from cupel.yara.matches import (Match, Rule, RuleString, StringMatch,
                                StringMatchInstance)
from cupel.yara.rules import (CALLBACK_ABORT, CALLBACK_ALL, CALLBACK_CONTINUE,
                              CALLBACK_MATCHES, CALLBACK_NON_MATCHES,
                              CALLBACK_TOO_MANY_MATCHES, Rules, set_config)
from cupel.yara.versions import YARA_VERSION, YARA_VERSION_HEX, __version__

__all__ = [
    "CALLBACK_ABORT", "CALLBACK_ALL", "CALLBACK_CONTINUE", "CALLBACK_MATCHES",
    "CALLBACK_NON_MATCHES", "CALLBACK_TOO_MANY_MATCHES", "Error", "Match",
    "Rule", "RuleString", "Rules", "StringMatch", "StringMatchInstance",
    "SyntaxError", "TimeoutError", "WarningError", "YARA_VERSION",
    "YARA_VERSION_HEX", "__version__", "compile", "load", "set_config",
]
