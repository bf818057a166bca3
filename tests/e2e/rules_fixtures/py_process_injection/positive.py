# Trips py_process_injection.
raise SystemExit("a fixture: never run")
import ctypes
names = ["VirtualAlloc", "RtlMoveMemory", "CreateThread"]
