# Must trip nothing, close as it is to py_drop_and_run.
from urllib.request import urlretrieve
urlretrieve("https://example.invalid/model.bin", "model.bin")
