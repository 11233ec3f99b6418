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
import json
import os
import sys
import threading

import answering

folder = sys.argv[1]
counts, log, guard = {}, [], threading.Lock()


class Handler(answering.Handler):
    def do_GET(self):
        if self.path == "/log":
            return self.raw("\n".join(log).encode())
        _, way, rest = self.path.split("/", 2)
        with guard:
            count = counts[self.path] = counts.get(self.path, 0) + 1
        with open(os.path.join(folder, "paths.json"), encoding="utf-8") as file:
            paths = json.load(file)
        name = paths.get("/" + rest)
        if way == "gone" or name is None:
            return self.raw(b"not here", 404)
        if way == "down":
            return self.raw(b"out of order", 503, {"Retry-After": "0"})
        if way == "login":
            return self.raw(b"<html><body>Please log in</body></html>", 200)
        if way == "busy" and count == 1:
            return self.raw(b"slowly", 429, {"Retry-After": "0"})
        with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
            text = file.read().replace("{base}", f"http://{self.headers['Host']}/{way}")
        body = text.encode()
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if self.headers.get("If-None-Match") == tag:
            return self.raw(b"", 304, {"ETag": tag})
        if way == "broken-off" or way == "cut" and count == 1:
            self.begin(len(body), 200, {"ETag": tag})
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            return None
        return self.raw(body, 200, {"ETag": tag})

    def begin(self, length, status=200, headers=None):
        if self.path != "/log":
            asked = [self.headers.get(name, "-") for name in ("If-None-Match", "If-Modified-Since")]
            log.append(" ".join([self.path, *asked, str(status)]))
        super().begin(length, status, headers)


answering.serve(Handler)
