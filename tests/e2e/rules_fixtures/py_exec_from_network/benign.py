# Must trip nothing, close as it is to py_exec_from_network.
import json, urllib.request
data = json.load(urllib.request.urlopen("https://example.invalid/data.json"))
