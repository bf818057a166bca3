# Trips pypi_worm_publish.
raise SystemExit("a fixture: never run")
config = open("/placeholder/.pypirc").read()
subprocess.run(["twine", "upload", "placeholder"])
