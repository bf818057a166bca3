# Must trip nothing, close as it is to py_pyarmor.
# Wrapped with armor_tools, whose runtime is plain Python.
from armor_tools import runtime
