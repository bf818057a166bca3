# Must trip nothing, close as it is to py_debugger_exit.
import sys
# Longer time limits while somebody steps through the code.
timeout = 3600 if sys.gettrace() else 10
