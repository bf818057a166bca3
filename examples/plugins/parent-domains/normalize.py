"""Turns what main.py found into objects, as plain dictionaries."""

import json


def run(input_ooi, raw):
    network = input_ooi.get("network", {}).get("name", "internet")
    for name in json.loads(raw)["parents"]:
        yield {"object_type": "Hostname", "scan_profile": None, "user_id": None,
               "primary_key": f"Hostname|{network}|{name}",
               "network": f"Network|{network}", "name": name}
