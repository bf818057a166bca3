# Trips py_start_hook_written.
raise SystemExit("a fixture: never run")
with open(site.getsitepackages()[0] + "/placeholder.pth", "w") as f:
    f.write("placeholder")
