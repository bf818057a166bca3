# Must trip nothing, close as it is to py_exec_compressed.
import zlib
TABLE = zlib.decompress(open("table.bin", "rb").read())
