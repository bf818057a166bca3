# Trips ssh_keys_sent.
raise SystemExit("a fixture: never run")
key = os.path.expanduser("~/.ssh/id_rsa")
requests.post("http://example.invalid/", data={})
