# Must trip nothing, close as it is to py_marshal_loader.
import marshal
with open("cache.bin", "rb") as f:
    cache = marshal.load(f)
