"""What the servers of the tests share: a free port of 127.0.0.1, whole answers, and an end with the test.

    import answering

    class Handler(answering.Handler):
        def do_GET(self):
            return self.answer({"hello": "world"})

    answering.serve(Handler)

`ScriptServer` puts this folder on Python's path.
"""

import http.server
import json
import os
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def answer(self, value, status=200, headers=None):
        """A value as JSON."""
        return self.raw(json.dumps(value).encode(), status, headers)

    def raw(self, body, status=200, headers=None):
        self.begin(len(body), status, headers)
        self.wfile.write(body)

    def begin(self, length, status=200, headers=None):
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Length", str(length))
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.end_headers()


def serve(handler):
    """Prints the port once the server listens; ends when standard input is closed."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.buffer.read()
    os._exit(0)
