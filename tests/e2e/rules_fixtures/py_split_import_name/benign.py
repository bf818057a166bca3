# Must trip nothing, close as it is to py_split_import_name.
import importlib
module = importlib.import_module("json")
value = getattr(module, "dumps")
