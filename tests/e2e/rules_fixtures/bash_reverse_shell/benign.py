# Must trip nothing, close as it is to bash_reverse_shell.
SCRIPT = r"""
# Is the port open?
timeout 1 bash -c 'true </dev/tcp/192.0.2.1/9' && echo open
"""
