"""Turns what main.py found into objects, as plain dictionaries."""

import hashlib
import ipaddress
import json


def make(object_type, key, **fields):
    return {"object_type": object_type, "scan_profile": None, "user_id": None,
            "primary_key": f"{object_type}|{key}", **fields}


def hostname_of(network, name):
    name = name.rstrip(".").lower()
    return make("Hostname", f"{network}|{name}",
                network=f"Network|{network}", name=name)


def address_of(network, text):
    kind = f"IPAddressV{ipaddress.ip_address(text).version}"
    return make(kind, f"{network}|{text}",
                network=f"Network|{network}", address=text)


def record_of(network, record):
    """The objects of one record: what it points to, then itself."""
    kind, value = record["type"], record["value"]
    owner = hostname_of(network, record["name"])
    yield owner
    last, fields = value, {}
    if kind in ("A", "AAAA"):
        target = address_of(network, value)
        fields["address"] = target["primary_key"]
        yield target
    elif kind in ("CNAME", "MX", "NS"):
        target = hostname_of(network, value)
        field = {"CNAME": "target_hostname", "MX": "mail_hostname",
                 "NS": "name_server_hostname"}[kind]
        fields[field] = target["primary_key"]
        yield target
    elif kind == "TXT":
        last = hashlib.sha1(value.encode()).hexdigest()
    if kind == "MX":
        fields["preference"] = record["preference"]
    key = owner["primary_key"].split("|", 1)[1]
    yield make(f"DNS{kind}Record", f"{key}|{last}",
               hostname=owner["primary_key"], dns_record_type=kind,
               value=value, ttl=record["ttl"], **fields)


def run(input_ooi, raw):
    found = json.loads(raw)
    network = input_ooi.get("network", {}).get("name", "internet")
    seen = set()
    if found["nxdomain"]:
        key = f"{network}|{found['hostname']}"
        yield make("NXDOMAIN", key, hostname=f"Hostname|{key}")
    for record in found["records"]:
        for item in record_of(network, record):
            if item["primary_key"] not in seen:
                seen.add(item["primary_key"])
                yield item
