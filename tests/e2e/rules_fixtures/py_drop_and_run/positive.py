# Trips py_drop_and_run.
raise SystemExit("a fixture: never run")
urlretrieve("http://example.invalid/placeholder", "placeholder")
os.chmod("placeholder", 0o755)
subprocess.Popen(["placeholder"])
