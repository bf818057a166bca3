#!/usr/bin/env python3
"""What a plugin gets from its settings and from the variables BOEFJE_... of
this process, and how settings are sealed for storage.

    BOEFJE_TIMEOUT=30 python3 seal_setting.py
"""

import os
import sys

import cupel

SCHEMA = {
    "type": "object", "required": ["SERVER"], "secret": ["TOKEN"],
    "properties": {"SERVER": {"type": "string"}, "TOKEN": {"type": "string"},
                   "TIMEOUT": {"type": "integer"},
                   "RETRIES": {"type": "integer", "default": 3}}}
SETTINGS = {"SERVER": "mail.example.com", "TOKEN": "not for everybody"}


def print_environment() -> None:
    environment = cupel.Environment.build(schema=SCHEMA, settings=SETTINGS,
                                          process=True)
    for entry in environment.entries:
        value = "***" if entry.secret else environment[entry.key]
        print(f"{entry.key}={value} ({entry.origin.name.lower()})")


def seal() -> None:
    keys = cupel.Keyring.from_environment()
    if "CUPEL_SETTINGS_KEYS" not in os.environ:
        # A real program has its keys from somewhere: what is sealed with a key
        # that is lost is lost.
        keys.add(cupel.Keyring.generate_key())
    box = cupel.SettingsBox(keys)
    row = box.seal("acme", "mail", SETTINGS)
    same = box.open("acme", "mail", row) == SETTINGS
    print(f"sealed and opened: {'the same' if same else 'not the same'}")


if __name__ == "__main__":
    try:
        print_environment()
        seal()
    except cupel.Error as error:
        print(f"seal_setting: {error}", file=sys.stderr)
        sys.exit(2)
