# Trips windows_scheduled_task.
raise SystemExit("a fixture: never run")
os.system("schtasks /create /tn placeholder /tr placeholder /sc onlogon")
