# Trips chromium_password_store.
raise SystemExit("a fixture: never run")
path = "Google/Chrome/User Data/Default/Login Data"
row = "SELECT password_value FROM placeholder"
