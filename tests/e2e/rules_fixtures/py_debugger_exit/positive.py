# Trips py_debugger_exit.
raise SystemExit("a fixture: never run")
if sys.gettrace() is not None: os._exit(0)
