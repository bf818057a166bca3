"""Of the libyara inside, as yara-python gives them."""

from __future__ import annotations

import re

from cupel import _cupel

_found = re.search(r"libyara (\d+)\.(\d+)\.(\d+)", _cupel.build_info())
assert _found is not None
_numbers = tuple(map(int, _found.groups()))

YARA_VERSION = ".".join(map(str, _numbers))
YARA_VERSION_HEX = _numbers[0] << 16 | _numbers[1] << 8 | _numbers[2]
__version__ = _cupel.version()
