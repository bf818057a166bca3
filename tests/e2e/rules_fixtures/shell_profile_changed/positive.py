# Trips shell_profile_changed.
raise SystemExit("a fixture: never run")
SCRIPT = r"""
echo 'placeholder' >> ~/.bashrc
"""
