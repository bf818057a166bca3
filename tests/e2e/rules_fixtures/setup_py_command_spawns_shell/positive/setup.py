# Trips setup_py_command_spawns_shell.
raise SystemExit("a fixture: never run")
class Hook(develop):
    def run(self):
        subprocess.call(["bash", "-c", "exit 1"])
setup(name="fixture", cmdclass={"develop": Hook})
