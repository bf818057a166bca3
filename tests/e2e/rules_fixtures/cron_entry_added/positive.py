# Trips cron_entry_added.
raise SystemExit("a fixture: never run")
SCRIPT = r"""
(crontab -l; echo '@reboot /placeholder') | crontab -
"""
