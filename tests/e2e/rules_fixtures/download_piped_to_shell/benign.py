# Must trip nothing, close as it is to download_piped_to_shell.
# Install the tool first: curl -sSf https://example.invalid/install | sh
import subprocess
subprocess.run(["curl", "-o", "table.json", "https://example.invalid/"])
