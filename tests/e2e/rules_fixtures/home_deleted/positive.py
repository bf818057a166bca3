# Trips home_deleted.
raise SystemExit("a fixture: never run")
text = "rm -rf ~/"
