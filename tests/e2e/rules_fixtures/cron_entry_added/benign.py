# Must trip nothing, close as it is to cron_entry_added.
SCRIPT = r"""
# Shows which jobs would run.
crontab -l | grep -v '^#'
"""
