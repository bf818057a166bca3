# Trips windows_run_key.
raise SystemExit("a fixture: never run")
key = r"Software\Microsoft\Windows\CurrentVersion\Run"
winreg.SetValueEx(None, "placeholder", 0, 1, "placeholder")
