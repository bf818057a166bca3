"""cupel registry serve: real HTTP on loopback, to a real process."""

import base64
import concurrent.futures
import json
import os
import re
import select
import signal
import socket
import unittest

from registry_support import EXAMPLE_PLUGINS, SECRET, CatalogueTest, Server

ACME = "/v1/organisations/acme"
LIMIT = 1 << 12


class ServeTest(CatalogueTest):
    def serve(self, *arguments, **options):
        return Server(self, "-p", self.plugins, *arguments, **options)

    def token(self, name):
        """A new token, and the line for the file."""
        done = self.process("registry", "token", name)
        return re.search(r"cupel-token-1:\w+", done.stderr.decode()).group(0), done.stdout

    def raw(self, server, data):
        """A connection on which `data` was sent."""
        connection = socket.create_connection((server.host, server.port), timeout=60)
        self.addCleanup(connection.close)
        connection.sendall(data)
        return connection

    def until_closed(self, connection):
        """Everything that comes until the server closes; b"" if it does without a word."""
        answer = b""
        while True:
            piece = connection.recv(65536)
            if not piece:
                return answer
            answer += piece


class Example(ServeTest):
    def test_the_example_of_the_documentation(self):
        server = Server(self, "-p", EXAMPLE_PLUGINS)
        dns = ACME + "/plugins/dns-records"
        settings = ACME + "/dns-records/settings"
        self.assertEqual(
            server.ask("POST", "/v1/organisations/", {"id": "acme", "name": "Acme"})[0], 201)
        self.assertEqual(server.ask("PUT", settings, {"REMOTE_NS": "9.9.9.9"})[0], 200)
        self.assertEqual(server.ask("PATCH", dns, {"enabled": True})[:2], (204, b""))
        status, plugin = server.get(dns)
        self.assertEqual((status, plugin["enabled"], plugin["type"]), (200, True, "boefje"))
        self.assertRegex(plugin["runnable_hash"], "^[0-9a-f]{64}$")
        self.assertEqual(server.get(settings), (200, {"REMOTE_NS": "9.9.9.9"}))
        self.assertIn("REMOTE_NS", server.get(dns + "/schema.json")[1]["properties"])
        status, cover, headers = server.ask("GET", dns + "/cover.jpg")
        self.assertEqual((status, headers["content-type"]), (200, "image/jpeg"))
        self.assertEqual(cover, (EXAMPLE_PLUGINS / "dns-records" / "cover.jpg").read_bytes())
        self.assertEqual(server.get(dns + "/description.md")[0], 200)
        enabled = server.get(ACME + "/plugins?state=true&plugin_type=boefje")[1]
        self.assertEqual([p["id"] for p in enabled], ["dns-records"])
        # The command line sees the same.
        self.assertRegex(self.cupel("registry", "environment", "acme", "dns-records", "--reveal",
                                    "-p", EXAMPLE_PLUGINS), r"REMOTE_NS +settings +9\.9\.9\.9")
        server.close()

    def test_the_service_tells_of_itself(self):
        server = self.serve()
        self.assertTrue(server.get("/health")[1]["healthy"])
        self.assertEqual(server.ask("GET", "/")[0], 307)
        document = server.get("/openapi.json")[1]
        self.assertTrue(document["openapi"].startswith("3.1"))
        self.assertIn("/v1/organisations/{organisation_id}/plugins", document["paths"])
        self.assertEqual(server.get("/nothing"), (404, {"detail": "Not Found"}))
        status, _, headers = server.ask("DELETE", "/health")
        self.assertEqual((status, headers["allow"]), (405, "GET, HEAD, OPTIONS"))
        self.assertEqual(server.ask("HEAD", "/health")[:2], (200, b""))
        self.assertEqual(server.ask("TRACE", "/health")[0], 405)
        server.close()


class Addresses(ServeTest):
    def test_only_loopback_without_tokens(self):
        for listen in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0"):
            complaint = self.fails("registry", "serve", "--listen", listen)
            self.assertIn("--tokens-file", complaint)
            self.assertIn("cupel registry token", complaint)

    def test_addresses_that_are_none(self):
        for listen in ("8003", ":8003", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999",
                       "127.0.0.1:-1", "::1:8003", "127.0.0.1:80x"):
            with self.subTest(listen):
                self.assertIn("--listen", self.fails("registry", "serve", "--listen", listen))

    def test_a_port_that_is_taken(self):
        taken = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(taken.close)
        port = taken.getsockname()[1]
        self.assertIn(str(port), self.fails("registry", "serve", "--listen", f"127.0.0.1:{port}"))

    def test_no_page_of_another_site_can_ask(self):
        server = self.serve()
        own = f"127.0.0.1:{server.port}"
        for host in (own, "localhost", f"localhost:{server.port}", "127.0.0.1", "[::1]:80"):
            self.assertEqual(server.get("/health", Host=host)[0], 200, host)
        for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1.evil.example",
                     "localhost.evil.example", "192.0.2.1", ""):
            self.assertEqual(server.get("/health", Host=host)[0], 403, host)
        self.assertEqual(server.get("/health", Origin="http://localhost:3000")[0], 200)
        for origin in ("http://evil.example", "null", "https://localhost.evil.example"):
            self.assertEqual(server.get("/health", Origin=origin)[0], 403, origin)
        server.close()


class Tokens(ServeTest):
    def setUp(self):
        super().setUp()
        self.first, line = self.token("first")
        self.second, self.second_line = self.token("second")
        self.tokens = self.write("tokens", b"# who may ask\n" + line + self.second_line)

    def ask(self, server, token, path="/v1/organisations/", scheme="Bearer "):
        return server.ask("GET", path, Authorization=scheme + token)

    def test_every_request_needs_one(self):
        server = self.serve("--tokens-file", self.tokens, listen="0.0.0.0:0")
        server.host = "127.0.0.1"
        for token in (self.first, self.second):
            self.assertEqual(self.ask(server, token)[0], 200)
        status, body, headers = server.ask("GET", "/v1/organisations/")
        self.assertEqual(status, 401)
        self.assertTrue(headers["www-authenticate"].startswith("Bearer"))
        hashed = self.second_line.split(b":")[1].strip().decode()
        for token in (self.first[:-1], self.first + "0", "", hashed):
            self.assertEqual(self.ask(server, token)[0], 401)
        self.assertEqual(self.ask(server, self.first, scheme="Basic ")[0], 401)
        self.assertEqual(server.get("/nothing")[0], 401, "not even what there is")
        self.assertEqual(server.get("/health")[0], 200)
        for path in ("/health/../v1/organisations/", "/health%2f", "/%68ealth/x"):
            self.assertNotEqual(server.get(path)[0], 200, path)
        errors = server.close()
        self.assertNotIn(self.first[14:], errors)
        self.assertNotIn(self.second[14:], errors)

    def test_one_that_is_taken_away(self):
        server = self.serve("--tokens-file", self.tokens)
        self.assertEqual(self.ask(server, self.first)[0], 200)
        self.tokens.write_bytes(self.second_line)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_line("anew")
        self.assertEqual(self.ask(server, self.first)[0], 401)
        self.assertEqual(self.ask(server, self.second)[0], 200)
        self.tokens.write_bytes(b"nonsense\n")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_line("line 1")
        self.assertEqual(self.ask(server, self.second)[0], 200, "all stays as it was")
        server.close()

    def test_files_that_are_no_good(self):
        for content, reason in ((b"", "no token"), (b"# only this\n", "no token"),
                                (b"\na:b\n", "line 2"), (b"a:" + b"0" * 63 + b"\n", "line 1")):
            self.tokens.write_bytes(content)
            self.assertIn(reason, self.fails("registry", "serve", "--tokens-file", self.tokens))
        self.assertIn("nowhere", self.fails("registry", "serve", "--tokens-file", "nowhere"))
        self.tokens.write_bytes(self.second_line)
        os.chmod(self.tokens, 0o666)
        self.assertIn("chmod", self.fails("registry", "serve", "--tokens-file", self.tokens))


class Limits(ServeTest):
    def test_bodies(self):
        server = self.serve("--max-body", str(LIMIT))
        self.organisations("acme")
        path = ACME + "/plain/settings"
        fits = json.dumps({"A": "x" * (LIMIT - len('{"A": ""}'))})
        self.assertEqual(len(fits), LIMIT)
        self.assertEqual(server.ask("PUT", path, fits)[0], 200)
        self.assertEqual(server.ask("PUT", path, fits + " ")[0], 413)
        pieces = (fits[i:i + 512].encode() for i in range(0, LIMIT, 512))
        self.assertEqual(server.ask("PUT", path, pieces)[0], 200)
        self.assertEqual(server.ask("PUT", path, iter([fits.encode()] * 3))[0], 413)
        server.close()

    def test_a_large_body_is_refused_before_it_is_sent(self):
        server = self.serve()
        connection = self.raw(server, b"PUT /v1/organisations/ HTTP/1.1\r\nHost: localhost\r\n"
                                      b"Content-Length: 100000000000\r\n\r\n")
        self.assertIn(b" 413 ", self.until_closed(connection))
        server.close()

    def test_headers_that_never_end(self):
        server = self.serve()
        for start, piece in ((b"GET /", b"a"), (b"GET / HTTP/1.1\r\nA: ", b"a"),
                             (b"GET / HTTP/1.1\r\n", b"A: b\r\n")):
            connection = self.raw(server, start + piece * (1 << 17))
            self.assertIn(b" 431 ", self.until_closed(connection))
        self.assertEqual(server.get("/health")[0], 200)
        server.close()

    def test_connections_that_say_nothing_or_stop(self):
        server = self.serve()
        silent = self.raw(server, b"")
        stopped = self.raw(server, b"GET /health HTTP/1.1\r\nHo")
        half = self.raw(server, b"PUT /v1/organisations/ HTTP/1.1\r\nHost: localhost\r\n"
                                b"Content-Length: 50\r\n\r\n{")
        self.assertEqual(self.until_closed(silent), b"")
        self.assertIn(b" 408 ", self.until_closed(stopped))
        self.assertRegex(self.until_closed(half), b"^HTTP/1.1 4")
        server.close()

    def test_a_byte_now_and_then_keeps_no_connection(self):
        server = self.serve()
        connection = self.raw(server, b"GET /health HTTP/1.1\r\nA: ")
        for _ in range(60):
            if select.select([connection], [], [], 1)[0]:
                break
            connection.sendall(b"a")
        self.assertIn(b" 408 ", connection.recv(65536))
        server.close()

    def test_slow_ones_do_not_keep_others_away_for_long(self):
        server = self.serve("--threads", "1")
        self.raw(server, b"GET /health HTTP/1.1\r\nA: ")
        self.assertEqual(server.get("/health")[0], 200)
        server.close()

    def test_what_follows_a_refused_request_is_not_the_next_one(self):
        server = self.serve()
        hidden = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
        length = b"Content-Length: %d\r\n" % len(hidden)
        chunked = b"Transfer-Encoding: chunked\r\n"
        for line, headers in ((b"POST /v1/organisations/", b"Host: evil.example\r\n" + length),
                              # From a page of another site, which may post without asking.
                              (b"POST /v1/organisations/",
                               b"Host: localhost\r\nOrigin: http://evil.example\r\n"
                               b"Content-Type: text/plain\r\n" + length),
                              (b"POST /v1/organisations/",
                               b"Host: localhost\r\n" + length + chunked),
                              (b"POST /v1/organisations/", b"Host: localhost\r\n" + length * 2),
                              (b"POST /v1/organisations/",
                               b"Host: localhost\r\nContent-Length: -1\r\n"),
                              (b"POST /v1/organisations/",
                               b"Host: localhost\r\nTransfer-Encoding: xchunked\r\n"),
                              (b"GET /health", b"Host: localhost\r\n" + length),
                              (b"TRACE /health", b"Host: localhost\r\n" + length),
                              (b"NONSENSE /health", b"Host: localhost\r\n" + length)):
            with self.subTest(line + headers):
                connection = self.raw(server, line + b" HTTP/1.1\r\n" + headers + b"\r\n" + hidden)
                answer = self.until_closed(connection)
                self.assertRegex(answer, b"^HTTP/1.1 4")
                self.assertNotIn(b"openapi", answer)
        server.close()

    def test_what_is_no_http(self):
        server = self.serve()
        for data in (b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n",
                     b"GET / HTTP/1.1\r\nnonsense\r\n\r\n", b"\x00" * 100 + b"\r\n\r\n"):
            connection = self.raw(server, data)
            connection.shutdown(socket.SHUT_WR)
            self.assertNotIn(b" 200 ", self.until_closed(connection))
        self.assertEqual(server.get("/health")[0], 200)
        server.close()


class Running(ServeTest):
    def test_what_runs_is_answered_before_the_end(self):
        self.organisations("acme")
        for sent in (signal.SIGTERM, signal.SIGINT):
            server = self.serve()
            body = b'{"A": 1}'
            connection = self.raw(server, b"PUT " + ACME.encode() + b"/plain/settings HTTP/1.1\r\n"
                                  b"Host: localhost\r\nExpect: 100-continue\r\n"
                                  b"Content-Length: %d\r\n\r\n" % len(body))
            self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 100 "))
            server.process.send_signal(sent)
            connection.sendall(body)
            self.assertTrue(self.until_closed(connection).startswith(b"HTTP/1.1 200 "))
            self.assertEqual(server.process.wait(timeout=60), 0)
            with self.assertRaises(OSError):
                socket.create_connection((server.host, server.port), timeout=60)

    def test_an_idle_connection_does_not_hold_up_the_end(self):
        server = self.serve()
        connection = server.connection()
        self.addCleanup(connection.close)
        connection.request("GET", "/health")
        connection.getresponse().read()
        server.close()

    def test_sighup_sees_new_plugins(self):
        server = self.serve()
        self.organisations("acme")
        self.assertEqual(server.get(ACME + "/plugins/new")[0], 404)
        self.add_plugin("new", {"id": "new", "name": "New", "scan_level": 1})
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_line("anew")
        self.assertEqual(server.get(ACME + "/plugins/new")[0], 200)
        self.plugins.rename(self.dir / "away")
        server.process.send_signal(signal.SIGHUP)
        self.assertIn("plugins", server.wait_for_line("cupel:"))
        self.assertEqual(server.get(ACME + "/plugins/new")[0], 200, "all stays as it was")
        server.close()

    def test_the_log_has_neither_queries_nor_bodies_nor_headers(self):
        server = self.serve()
        self.organisations("acme")
        server.get(f"{ACME}/plugins?q={SECRET}", X_Api_Key=SECRET)
        self.assertEqual(server.ask("PUT", ACME + "/ports/settings", {"API_KEY": SECRET})[0], 200)
        unfit = {"API_KEY": SECRET, "TOP_PORTS": SECRET}
        self.assertEqual(server.ask("PUT", ACME + "/ports/settings", unfit)[0], 400)
        server.get("/\x1b[2J".replace("\x1b", "%1b"))
        errors = server.close()  # which looks for the secret
        self.assertIn(f"GET {ACME}/plugins 200\n", errors)
        self.assertIn(f"PUT {ACME}/ports/settings 400\n", errors)
        self.assertNotIn("\x1b", errors)

    def test_quiet(self):
        server = self.serve("--quiet")
        server.get("/health")
        self.assertEqual(server.close(), "")

    def test_one_organisation_does_not_see_anothers(self):
        server = self.serve()
        self.organisations("acme", "other")
        self.set_secret("acme")
        self.assertEqual(server.get("/v1/organisations/other/ports/settings"), (200, {}))
        self.assertEqual(server.get(ACME + "/ports/settings"), (200, {"API_KEY": SECRET}))
        server.close()

    def test_a_lost_key_hides_only_what_it_sealed(self):
        self.organisations("acme")
        self.set_secret("acme")
        self.cupel("settings", "keygen", "--output", "new")
        server = self.serve("--keys-file", "new")
        status, body = server.get(ACME + "/ports/settings")
        self.assertGreaterEqual(status, 400)
        self.assertRegex(body["message"], "[0-9a-f]{16}")
        self.assertEqual(server.get(ACME + "/plugins")[0], 200)
        server.close()

    def test_rotating_while_it_serves(self):
        names = [f"org{i}" for i in range(8)]
        self.organisations(*names)
        self.cupel("settings", "keygen", "--output", "new")
        both = self.write("both", (self.dir / "new").read_text() + self.keys.read_text())
        os.chmod(both, 0o600)
        server = self.serve("--keys-file", "both")
        for name in names:
            self.set_secret(name)

        def work(name):
            path = f"/v1/organisations/{name}/ports/settings"
            for count in range(1, 26):
                wanted = {"API_KEY": SECRET, "TOP_PORTS": count}
                self.assertEqual(server.ask("PUT", path, wanted)[0], 200)
                self.assertEqual(server.get(path), (200, wanted))

        with concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
            running = [pool.submit(work, name) for name in names]
            self.assertIn(" 0 failed", self.cupel("settings", "rotate", "--keys-file", "both"))
            for one in running:
                one.result()
        for name in names:
            shown = self.cupel("settings", "show", name, "ports", "--keys-file", "new", "-p",
                               self.plugins)
            self.assertEqual(json.loads(shown), {"API_KEY": "***", "TOP_PORTS": 25})
        server.close()

    def test_settings_that_openkat_sealed(self):
        keys = {"BOEFJES_KATALOGUS_PRIVATE_KEY": base64.b64encode(bytes(range(1, 33))).decode(),
                "BOEFJES_KATALOGUS_PUBLIC_KEY": "B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw=",
                "BOEFJES_ENCRYPTION_MIDDLEWARE": "NACL_SEALBOX"}
        self.organisations("acme")
        server = self.serve(variables=keys)
        path = ACME + "/ports/settings"
        self.assertEqual(server.ask("PUT", path, {"API_KEY": SECRET})[0], 200)
        self.assertEqual(server.get(path), (200, {"API_KEY": SECRET}))
        document = json.loads(self.cupel("registry", "export", variables=keys))
        self.assertNotIn("cupel1:", json.dumps(document))
        server.close()


if __name__ == "__main__":
    unittest.main()
