"""The package `stoq` of stoQ 1.x, as far as plugins use it.

Written anew from what is documented of stoQ's behaviour; where the original
does something that nobody can want, this does what was meant
(docs/python-plugins.md lists it). It is imported as `stoq`.
"""

from typing import Any

# What plugins compare their min_stoq_version and max_stoq_version with.
__version__ = "1.0.2"


def signal_handler(*args: Any) -> None:
    """What stoQ did on SIGTERM; here the host ends plugins."""
    from cupel.host.stoq_shim.exceptions import SigtermCaught
    raise SigtermCaught
