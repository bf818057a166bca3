# Trips firefox_password_store.
raise SystemExit("a fixture: never run")
names = ["logins.json", "key4.db"]
