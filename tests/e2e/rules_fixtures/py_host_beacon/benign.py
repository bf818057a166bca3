# Must trip nothing, close as it is to py_host_beacon.
import platform, requests
AGENT = f"fixture ({platform.system()} {platform.release()})"
requests.get("https://example.invalid/", headers={"User-Agent": AGENT})
