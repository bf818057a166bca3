# Trips powershell_encoded_command.
raise SystemExit("a fixture: never run")
os.system("powershell -NoProfile -EncodedCommand UABMAEEAQwBFAEgATwBMAEQARQBSAA==")
