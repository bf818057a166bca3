# Must trip nothing, close as it is to py_process_injection.
import ctypes
buffer = ctypes.create_string_buffer(16)
ctypes.memset(buffer, 0, 16)
