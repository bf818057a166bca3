# Must trip nothing, close as it is to windows_tool_misused.
import subprocess
subprocess.run(["certutil", "-hashfile", "fixture.zip", "SHA256"])
