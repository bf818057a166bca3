# Trips systemd_unit_installed.
raise SystemExit("a fixture: never run")
SCRIPT = r"""
cat > ~/.config/systemd/user/placeholder.service <<TEXT
[Service]
ExecStart=/placeholder
TEXT
systemctl --user enable placeholder
"""
