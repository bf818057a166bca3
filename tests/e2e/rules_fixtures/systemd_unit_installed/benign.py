# Must trip nothing, close as it is to systemd_unit_installed.
SCRIPT = r"""
# Print a unit for the administrator to install.
cat <<TEXT
[Service]
ExecStart=/usr/bin/fixture
TEXT
"""
