# Must trip nothing, close as it is to shell_profile_changed.
SCRIPT = r"""
echo 'To complete names, add this to ~/.bashrc: eval "$(fixture completion)"'
"""
