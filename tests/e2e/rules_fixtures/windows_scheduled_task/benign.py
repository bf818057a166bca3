# Must trip nothing, close as it is to windows_scheduled_task.
import subprocess
tasks = subprocess.check_output(["schtasks", "/query", "/fo", "csv"])
