#!/usr/bin/env python3
"""A server of price lists, for tests.

    prices.py FOLDER

Serves FOLDER/<file>.json for the paths in FOLDER/paths.json ({"/path?query": "file"}) on a free port of 127.0.0.1, which
it prints; ends when its standard input is closed. `{base}` in a document becomes the address and way of the request. The
first part of a path says how to behave: /plain, /busy (429 first), /cut (breaks off the first time), /broken-off
(always), /down (503), /gone (404), /login (a page in HTML), /slow-start (nothing at all). /log answers with the requests
so far: path, If-None-Match, If-Modified-Since, status.
"""

import hashlib
import http.server
import json
import os
import sys
import threading

folder = sys.argv[1]
counts, log, guard = {}, [], threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/log":
            return self.answer(200, "\n".join(log).encode(), quiet=True)
        _, way, rest = self.path.split("/", 2)
        with guard:
            count = counts[self.path] = counts.get(self.path, 0) + 1
        with open(os.path.join(folder, "paths.json"), encoding="utf-8") as file:
            paths = json.load(file)
        name = paths.get("/" + rest)
        if way == "gone" or name is None:
            return self.answer(404, b"not here")
        if way == "down":
            return self.answer(503, b"out of order", {"Retry-After": "0"})
        if way == "login":
            return self.answer(200, b"<html><body>Please log in</body></html>")
        if way == "busy" and count == 1:
            return self.answer(429, b"slowly", {"Retry-After": "0"})
        with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
            text = file.read().replace("{base}", f"http://{self.headers['Host']}/{way}")
        body = text.encode()
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if self.headers.get("If-None-Match") == tag:
            return self.answer(304, b"", {"ETag": tag})
        if way == "broken-off" or way == "cut" and count == 1:
            self.begin(200, len(body), {"ETag": tag})
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            return None
        return self.answer(200, body, {"ETag": tag})

    def begin(self, status, length, extra=None):
        line = [self.path, self.headers.get("If-None-Match", "-"), self.headers.get("If-Modified-Since", "-"), str(status)]
        log.append(" ".join(line))
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Length", str(length))
        for key, value in (extra or {}).items():
            self.send_header(key, value)
        self.end_headers()

    def answer(self, status, body, extra=None, quiet=False):
        self.begin(status, len(body), extra)
        if quiet:
            log.pop()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.buffer.read()
os._exit(0)
