"""Asks a name server for the records of a hostname. Standard library only."""

import ipaddress
import json
import os
import secrets
import socket
import struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "MX": 15, "TXT": 16, "AAAA": 28}
NAMES = {number: name for name, number in TYPES.items()}
NXDOMAIN = 3
TIMEOUT = 5.0


class BadAnswer(Exception):
    """What came back is no answer to what was asked."""


def encode_name(name):
    out = b""
    for label in name.rstrip(".").split("."):
        raw = label.encode("ascii") if label.isascii() else label.encode("idna")
        if not 0 < len(raw) < 64:
            raise ValueError(f"not a hostname: {name!r}")
        out += bytes([len(raw)]) + raw
    return out + b"\0"


def read_name(message, at):
    """The name at an offset, and the offset after it."""
    labels, after, jumps = [], None, 0
    while True:
        length = message[at]
        if length >= 0xC0:
            # Pointers only ever lead back; a few are enough for any name.
            jumps += 1
            if jumps > 16:
                raise BadAnswer("a name that never ends")
            after = at + 2 if after is None else after
            at = struct.unpack_from("!H", message, at)[0] & 0x3FFF
            continue
        if length == 0:
            break
        labels.append(message[at + 1:at + 1 + length].decode("ascii", "replace"))
        at += 1 + length
    return ".".join(labels).lower(), at + 1 if after is None else after


def read_value(message, kind, at, length):
    if kind in ("A", "AAAA"):
        return {"value": str(ipaddress.ip_address(message[at:at + length]))}
    if kind == "MX":
        preference = struct.unpack_from("!H", message, at)[0]
        return {"value": read_name(message, at + 2)[0], "preference": preference}
    if kind == "TXT":
        text, end = b"", at + length
        while at < end:
            text += message[at + 1:at + 1 + message[at]]
            at += 1 + message[at]
        return {"value": text.decode("utf-8", "replace")}
    return {"value": read_name(message, at)[0]}


def read_answer(message, identifier):
    """The response code and the records of an answer."""
    try:
        found, flags, questions, answers = struct.unpack_from("!HHHH", message)
        if found != identifier or not flags & 0x8000:
            raise BadAnswer("an answer to another question")
        at = 12
        for _ in range(questions):
            at = read_name(message, at)[1] + 4
        records = []
        for _ in range(answers):
            name, at = read_name(message, at)
            number, _, ttl, length = struct.unpack_from("!HHIH", message, at)
            at += 10
            if number in NAMES:
                kind = NAMES[number]
                value = read_value(message, kind, at, length)
                records.append({"name": name, "type": kind, "ttl": ttl, **value})
            at += length
        return flags & 15, records
    except (IndexError, struct.error, ValueError) as error:
        raise BadAnswer(f"an answer that is cut short: {error}") from error


def receive_exactly(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise BadAnswer("the connection was closed")
        data += piece
    return data


def ask(server, name, kind):
    identifier = secrets.randbelow(65536)
    question = struct.pack("!HHHHHH", identifier, 0x0100, 1, 0, 0, 0)
    question += encode_name(name) + struct.pack("!HH", TYPES[kind], 1)
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as connection:
        connection.settimeout(TIMEOUT)
        connection.connect((server, 53))
        connection.send(question)
        message = connection.recv(65535)
    if len(message) > 2 and message[2] & 2:  # cut short: once more over TCP
        with socket.create_connection((server, 53), TIMEOUT) as connection:
            connection.sendall(struct.pack("!H", len(question)) + question)
            size = struct.unpack("!H", receive_exactly(connection, 2))[0]
            message = receive_exactly(connection, size)
    return read_answer(message, identifier)


def run(boefje_meta):
    hostname = boefje_meta["arguments"]["input"]["name"]
    server = os.environ.get("REMOTE_NS", "1.1.1.1")
    wanted = os.environ.get("RECORD_TYPES", ",".join(TYPES))
    result = {"hostname": hostname.lower().rstrip("."), "nxdomain": False,
              "records": [], "errors": {}}
    for kind in wanted.replace(" ", "").upper().split(","):
        if kind not in TYPES:
            result["errors"][kind] = "this type is not known here"
            continue
        try:
            code, records = ask(server, hostname, kind)
        except (OSError, BadAnswer) as error:
            result["errors"][kind] = str(error)
            continue
        result["nxdomain"] = result["nxdomain"] or code == NXDOMAIN
        result["records"] += [r for r in records if r not in result["records"]]
    return [({"application/json"}, json.dumps(result))]
