# Trips setup_py_command_downloads.
raise SystemExit("a fixture: never run")
class Fetch(install):
    def run(self):
        urllib.request.urlopen("http://example.invalid/placeholder")
setup(name="fixture", cmdclass={"install": Fetch})
