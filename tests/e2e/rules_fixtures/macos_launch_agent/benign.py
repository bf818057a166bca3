# Must trip nothing, close as it is to macos_launch_agent.
SCRIPT = r"""
ls ~/Library/LaunchAgents
"""
