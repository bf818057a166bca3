# Trips py_host_beacon.
raise SystemExit("a fixture: never run")
about = [socket.gethostname(), getpass.getuser(), os.getcwd()]
requests.get("http://example.invalid/")
