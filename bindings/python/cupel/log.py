"""The logger "cupel".

What the rule compiler warns of goes there, and what plugins and workers log.
Programs that set up no logging see none of it: a library does not print.
"""

from __future__ import annotations

import logging

logger = logging.getLogger("cupel")
logger.addHandler(logging.NullHandler())
