# Trips macos_keychain_dump.
raise SystemExit("a fixture: never run")
command = ["security", "dump-keychain"]
