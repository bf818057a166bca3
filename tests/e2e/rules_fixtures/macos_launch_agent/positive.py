# Trips macos_launch_agent.
raise SystemExit("a fixture: never run")
SCRIPT = r"""
cat > ~/Library/LaunchAgents/invalid.example.plist <<TEXT
<key>ProgramArguments</key><array><string>/placeholder</string></array>
<key>RunAtLoad</key><true/>
TEXT
"""
