"""Gives tokens for a registry, as the servers of registries in the cloud do. Wants `me` with `secret words`, and then grants
what is asked for; to others it grants nothing. `identity & more`, posted as a refresh token, is worth the same; other refresh
tokens are refused. Arguments: a folder for its key and certificate."""

import base64, http.server, json, os, subprocess, sys, threading, time, urllib.parse

folder = sys.argv[1]
key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
     "-subj", "/CN=tests"], check=True, stderr=subprocess.DEVNULL)
der = subprocess.run(["openssl", "x509", "-in", certificate, "-outform", "DER"], check=True, capture_output=True).stdout


def plain(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(access):
    now = int(time.time())
    head = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
    claims = {"iss": "tests", "sub": "me", "aud": "test", "exp": now + 300, "nbf": now - 60, "iat": now, "jti": str(now),
              "access": access}
    text = plain(json.dumps(head).encode()) + b"." + plain(json.dumps(claims).encode())
    signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text, check=True, capture_output=True).stdout
    return (text + b"." + plain(signed)).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_GET(self):
        known = self.headers.get("Authorization") == "Basic " + base64.b64encode(b"me:secret words").decode()
        self.grant("token", urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query), known)

    def do_POST(self):
        fields = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), strict_parsing=True)
        asked = [fields.get(name) for name in ("grant_type", "service", "refresh_token")]
        if asked == [["refresh_token"], ["test"], ["identity & more"]] and "client_id" in fields:
            self.grant("access_token", fields, True)
        else:
            self.answer(401, {"error": "invalid_grant"})

    def grant(self, name, fields, known):
        access = []
        for scope in fields.get("scope", []):
            kind, repository, actions = scope.split(":")
            access.append({"type": kind, "name": repository, "actions": actions.split(",") if known else []})
        self.answer(200, {name: token(access)})

    def answer(self, status, words):
        body = json.dumps(words).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
