"""The boefje in the image of oci_test.py: speaks the boefje API and then does
what its first oci_argument says. Standard library only."""

import base64
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request

URL = sys.argv[-1]


def ask(url, body=None):
    """(status, answer) of a GET, or a POST of `body`."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def output(content, status="COMPLETED", tags=("application/json",)):
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    return {"status": status,
            "files": [{"name": "0", "content": base64.b64encode(content).decode(),
                       "tags": list(tags)}]}


def reaches(address):
    try:
        with socket.create_connection(address, timeout=3):
            return True
    except OSError:
        return False


def can_write(path):
    try:
        with open(path, "w", encoding="utf-8"):
            return True
    except OSError:
        return False


def facts(meta):
    """What this container is allowed."""
    with open("/proc/self/status", encoding="utf-8") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    with open("/proc/self/limits", encoding="utf-8") as file:
        limits = file.read()
    return {"input": meta["arguments"].get("input"), "task_environment": meta["environment"],
            "environment": dict(os.environ), "argv": sys.argv[1:],
            "capabilities": status["CapEff"], "bounding": status["CapBnd"],
            "no_new_privileges": status["NoNewPrivs"], "seccomp": status["Seccomp"],
            "limits": limits, "interfaces": sorted(os.listdir("/sys/class/net")),
            "root": can_write("/x"), "tmp": can_write("/tmp/x"),
            "cache": can_write("/home/nonroot/openkat_cache/x"),
            "organization": meta["organization"]}


def probe(meta):
    """What others than this job may see of the API."""
    token = URL.split("/")[3]
    other = URL.replace(meta["id"], "00000000-0000-4000-8000-000000000000")
    return {"health": ask(URL.split("/api/")[0] + "/healthz"),
            "without_token": ask(URL.replace("/" + token, ""))[0],
            "wrong_token": ask(URL.replace(token, "0" * len(token)))[0],
            "other_task": ask(other), "no_output": ask(URL, {"status": "DONE"})[0]}


def forks():
    """How many processes there can be at once."""
    count = 0
    children = []
    try:
        while count < 5000:
            child = os.fork()
            if child == 0:
                time.sleep(1000)
                os._exit(0)
            children.append(child)
            count += 1
    except OSError:
        pass
    for child in children:
        os.kill(child, 9)
    for child in children:
        os.waitpid(child, 0)
    return count


def main():
    meta = ask(URL)[1]["task"]["data"]
    mode, *rest = meta["arguments"]["oci_arguments"]
    if mode == "facts":
        print("standard output goes nowhere")
        print(ask(URL, output(facts(meta), tags=["application/json", "answer"])))
    elif mode == "probe":
        found = probe(meta)
        ask(URL, output(found))
        sys.exit(0 if ask(URL)[0] == 403 else 9)
    elif mode == "reach":
        found = {a: reaches((a, int(meta["environment"]["PORT"]))) for a in rest}
        with open("/proc/net/route", encoding="utf-8") as file:
            found["routes"] = len(file.readlines()) - 1
        found["interfaces"] = sorted(os.listdir("/sys/class/net"))
        ask(URL, output(found))
    elif mode == "large":
        ask(URL, output(b"x" * (8 << 20), tags=["application/octet-stream"]))
    elif mode == "hang":
        print("about to hang", file=sys.stderr, flush=True)
        time.sleep(1000)
    elif mode == "memory":
        kept = [bytearray(16 << 20) for _ in range(1000)]
        ask(URL, output({"mebibytes": 16 * len(kept)}))
    elif mode == "forks":
        ask(URL, output({"forks": forks()}))
    elif mode == "failed":
        ask(URL, output({"why": "no luck"}, "FAILED"))
    elif mode == "silent":
        print("nothing to hand in", file=sys.stderr)
    elif mode == "crash":
        raise RuntimeError("dummy error")


main()
