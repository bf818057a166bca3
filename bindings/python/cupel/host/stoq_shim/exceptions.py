"""stoq.exceptions."""


class SigtermCaught(Exception):
    """The process was asked to end."""
