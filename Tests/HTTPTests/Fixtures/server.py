#!/usr/bin/env python3
"""A file server that misbehaves on request, for the tests of the HTTP client.

    server.py [--tls CERTIFICATE KEY]

Listens on a free port of 127.0.0.1, prints it, and ends when its standard input is closed. The first part of a path
says how to behave, the rest only tells downloads apart: /drop/a and /drop/b have their own counts. `bytes=N` in the
query sets the length of the file. /log answers with the requests so far, one a line: method, path, Range, If-Range.
"""

import http.server
import os
import socket
import ssl
import struct
import sys
import threading
import urllib.parse

counts, log, guard = {}, [], threading.Lock()


def content(length, seed=0):
    block = bytes((i * 7 + (i >> 8) + seed) & 0xFF for i in range(65536))
    return (block * (length // len(block) + 1))[:length]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.do_GET()

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        if url.path == "/log":
            return self.whole("\n".join(log).encode())
        with guard:
            self.count = counts[url.path] = counts.get(url.path, 0) + 1
            log.append(" ".join(["GET", url.path, self.headers.get("Range", "-"), self.headers.get("If-Range", "-")]))
        self.size = int(query.get("bytes", ["1000000"])[0])
        self.query = query
        way = url.path.strip("/").split("/")[0].replace("-", "_")
        getattr(self, "way_" + way, self.way_missing)()

    # What a good server does.

    def way_plain(self):
        self.ranged(content(self.size))

    def way_agent(self):
        self.whole(self.headers.get("User-Agent", "").encode())

    def way_redirect(self):
        left = int(self.query["left"][0])
        self.redirect(f"/redirect?left={left - 1}" if left else "/plain/end?bytes=1000")

    # What bad ones do, mostly the first time only.

    def way_drop(self):
        self.ranged(content(self.size), stop=self.size // 2 if self.count == 1 else None)

    def way_drip(self):
        """Breaks off after each fifth of the file."""
        self.ranged(content(self.size), stop=self.size // 5)

    def way_reset(self):
        self.reset()

    def way_norange(self):
        if self.count == 1:
            return self.ranged(content(self.size), stop=self.size // 2)
        self.whole(content(self.size))

    def way_changed(self):
        """Another version on the second visit, honestly told."""
        self.ranged(content(self.size, seed=self.count), etag=f'"{self.count}"', stop=self.size // 2 if self.count == 1 else None)

    def way_mixed(self):
        """Another version on the second visit, hidden."""
        self.ranged(content(self.size, seed=0 if self.count == 1 else 1), honest=False, stop=self.size // 2 if self.count == 1 else None)

    def way_wrongrange(self):
        if self.count == 1:
            return self.ranged(content(self.size), stop=self.size // 2)
        if self.headers.get("Range"):
            return self.whole(content(self.size), status=206, extra={"Content-Range": f"bytes 0-{self.size - 1}/{self.size}"})
        self.whole(content(self.size))

    def way_stall(self):
        if self.count > 1:
            return self.ranged(content(self.size))
        self.head(200, self.size, {"ETag": '"v"', "Accept-Ranges": "bytes"})
        self.wfile.write(content(self.size)[: self.size // 2])
        self.wfile.flush()
        self.wait()

    def way_unsized(self):
        """Says nothing of the length, and ends with the connection."""
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            self.wfile.write(content(self.size))
        except OSError:
            pass

    def way_silent(self):
        self.wait()

    def way_busy(self):
        if self.count <= 2:
            return self.whole(b"come back later", status=int(self.query.get("status", ["503"])[0]), extra={"Retry-After": "0"})
        self.ranged(content(self.size))

    def way_wrong(self):
        self.whole(content(self.size, seed=9))

    def way_loop(self):
        self.redirect(self.path)

    def way_away(self):
        self.redirect(self.query["to"][0])

    def way_missing(self):
        self.whole(b"no such file", status=404)

    # How it is done.

    def head(self, status, length, extra=None):
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def whole(self, body, status=200, extra=None):
        self.head(status, len(body), extra)
        self.wfile.write(body)

    def ranged(self, body, etag='"v"', honest=True, stop=None):
        start = 0
        wanted = self.headers.get("Range")
        if wanted and (not honest or self.headers.get("If-Range", etag) == etag):
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        extra = {"ETag": etag if honest else '"v"', "Accept-Ranges": "bytes"}
        if start >= len(body) > 0:
            return self.whole(b"", 416, {"Content-Range": f"bytes */{len(body)}"})
        if start:
            extra["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        self.head(206 if start else 200, len(body) - start, extra)
        end = len(body) if stop is None else min(start + stop, len(body))
        self.wfile.write(body[start:end])
        if end < len(body):
            self.wfile.flush()
            self.close_connection = True

    def redirect(self, to):
        self.head(302, 0, {"Location": to})

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def wait(self):
        """Until the client goes away."""
        try:
            self.connection.recv(1)
        except OSError:
            pass
        self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Handler)
if sys.argv[1:2] == ["--tls"]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.buffer.read()
os._exit(0)
