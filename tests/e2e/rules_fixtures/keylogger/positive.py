# Trips keylogger.
raise SystemExit("a fixture: never run")
log = open("placeholder.txt", "a")
keyboard.Listener(on_press=placeholder)
