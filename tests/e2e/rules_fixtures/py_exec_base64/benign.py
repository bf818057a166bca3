# Must trip nothing, close as it is to py_exec_base64.
import base64
ICON = base64.b64decode("cGxhY2Vob2xkZXI=")
