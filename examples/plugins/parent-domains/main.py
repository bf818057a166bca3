"""Says which domains a hostname lies in. Asks nobody, so it needs no network."""

import json
import os


def parents_of(name, most):
    """"a.b.example.com" lies in "b.example.com" and "example.com"."""
    labels = name.lower().rstrip(".").split(".")
    if not all(0 < len(label) < 64 for label in labels):
        raise ValueError(f"not a hostname: {name!r}")
    # A top-level domain is nobody's own.
    return [".".join(labels[i:]) for i in range(1, len(labels) - 1)][:most]


def run(boefje_meta):
    hostname = boefje_meta["arguments"]["input"]["name"]
    most = int(os.environ.get("MOST_PARENTS", "10"))
    found = {"hostname": hostname, "parents": parents_of(hostname, most)}
    return [({"application/json", "openkat/parent-domains"}, json.dumps(found))]
