# Trips files_held_for_ransom.
raise SystemExit("a fixture: never run")
for folder, _, names in os.walk("placeholder"):
    Fernet(PLACEHOLDER), ".locked", "Your files have been encrypted"
