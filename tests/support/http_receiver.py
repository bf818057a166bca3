#!/usr/bin/env python3
"""A receiver of signed posts, with faults.

  http_receiver.py PLAN LOG SECRET [PORT]

Writes its port to standard output, and a JSON object to the file LOG for each
request. PLAN says what becomes of one request after the other, separated by
commas: a status, 429:2 (with Retry-After), close (no answer), stall (an answer
that never ends), reset (in the middle of the answer), redirect. What comes
after it is 200. It ends when standard input does.
"""

import hashlib
import hmac
import http.server
import json
import socketserver
import struct
import socket
import sys
import threading


class Receiver(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True


def signature_fits(secret, header, body):
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    wanted = hmac.new(secret, parts.get("t", "").encode() + b"." + body,
                      hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, parts.get("v1", ""))


def main():
    plan = [step for step in sys.argv[1].split(",") if step]
    log = open(sys.argv[2], "a", encoding="utf-8")
    secret = sys.argv[3].encode()
    lock = threading.Lock()
    ended = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                step = plan.pop(0) if plan else "200"
                header = self.headers.get("X-Cupel-Signature")
                json.dump({"path": self.path, "step": step,
                           "key": self.headers.get("Idempotency-Key"),
                           "type": self.headers.get("Content-Type"),
                           "signed": header is not None,
                           "valid": header is not None
                           and signature_fits(secret, header, body),
                           "body": body.decode()}, log)
                log.write("\n")
                log.flush()
            self.answer(step)

        do_GET = do_POST

        def answer(self, step):
            if step == "close":
                self.close_connection = True
                return
            if step == "stall":
                self.send_response(200)
                self.send_header("Content-Length", "10")
                self.end_headers()
                self.wfile.flush()
                ended.wait()
                return
            if step == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                           struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            code, _, wait = step.partition(":")
            if step == "redirect":
                code = "307"
            self.send_response(int(code))
            if wait:
                self.send_header("Retry-After", wait)
            if step == "redirect":
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    port = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    server = Receiver(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    main()
