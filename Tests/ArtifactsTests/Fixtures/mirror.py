#!/usr/bin/env python3
"""Serves a folder as a mirror does, with ranges; a file named in FOLDER/.cut breaks off in its middle the first time.

    mirror.py FOLDER

Listens on a free port of 127.0.0.1, prints it, and ends when its standard input is closed. Each request is noted in
FOLDER/.log: path and Range.
"""

import hashlib
import http.server
import os
import sys
import threading

root = sys.argv[1]
seen, guard = set(), threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        name = self.path.lstrip("/")
        wanted = self.headers.get("Range")
        with guard:
            with open(f"{root}/.log", "a") as log:
                log.write(f"{name} {wanted or '-'}\n")
            cut = os.path.exists(f"{root}/.cut") and name in open(f"{root}/.cut").read().split() and name not in seen
            seen.add(name)
        try:
            content = open(f"{root}/{name}", "rb").read()
        except OSError:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        tag = '"' + hashlib.sha256(content).hexdigest() + '"'
        start = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(content[start : len(content) // 2 if cut else None])
        if cut:
            self.wfile.flush()
            self.close_connection = True


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
