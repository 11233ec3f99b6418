#!/usr/bin/env python3
"""More meters, for tests: Home Assistant, Prometheus, a FRITZ!Box, Shellys without a relay and with three phases, and a
Shelly that asks for a digest login. Prints its port; ends when its standard input is closed.
"""

import hashlib
import urllib.parse

import answering

USER, PASSWORD, NONCE = "admin", "open sesame", "65a1b2c3"
CHALLENGE = "2$10000$5a1711$2000$5a1722"
SESSION = "9c977765016899f8"


def answer_of(challenge, password):
    _, first, salt, second, pepper = challenge.split("$")
    hashed = hashlib.pbkdf2_hmac("sha256", password.encode(), bytes.fromhex(salt), int(first))
    return pepper + "$" + hashlib.pbkdf2_hmac("sha256", hashed, bytes.fromhex(pepper), int(second)).hex()


class Handler(answering.Handler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/ha/api/states/sensor.rack_power":
            if self.headers.get("Authorization") != "Bearer long-lived":
                return self.answer({"message": "401: Unauthorized"}, 401)
            return self.answer({"entity_id": "sensor.rack_power", "state": "47.11", "attributes": {
                "state_class": "measurement", "unit_of_measurement": "W", "friendly_name": "Rack power"},
                "last_changed": "2026-11-30T12:00:00+00:00"})
        if url.path == "/ha/api/states/sensor.off":
            return self.answer({"entity_id": "sensor.off", "state": "unavailable", "attributes": {"unit_of_measurement": "W"}})
        if url.path == "/prom/api/v1/query" and query.get("query") == 'sum(rack_watts{job="plug"})':
            return self.answer({"status": "success", "data": {"resultType": "vector", "result": [
                {"metric": {}, "value": [1790000000.123, "47.11"]}]}})
        if url.path == "/prom/api/v1/query":
            return self.answer({"status": "success", "data": {"resultType": "vector", "result": []}})
        if url.path == "/rpc/PM1.GetStatus" and query == {"id": "0"}:
            return self.answer({"id": 0, "voltage": 235.5, "current": 0.21, "apower": 47.11, "freq": 50.0, "aenergy": {
                "total": 5.125, "by_minute": [6.2], "minute_ts": 1790000000}, "ret_aenergy": {"total": 0.0}})
        if url.path == "/em1/status":
            return self.answer({"emeters": [
                {"power": 47.11, "pf": 0.6, "current": 0.3, "voltage": 230.0, "is_valid": True, "total": 5.125, "total_returned": 0.0},
                {"power": 1.0, "is_valid": False, "total": 0.0}], "total_power": 48.11})
        if url.path == "/em3/rpc/Shelly.GetStatus":
            return self.answer({"em:0": {"id": 0, "a_act_power": 20.0, "b_act_power": 27.11, "c_act_power": 0.0,
                "total_act_power": 47.11}, "emdata:0": {"id": 0, "a_total_act_energy": 3.0, "total_act": 5.125}, "sys": {}})
        if url.path == "/digest/rpc/Switch.GetStatus":
            return self.digest()
        if url.path == "/null/rpc/Switch.GetStatus":
            return self.answer({"id": 0, "output": True, "apower": None, "aenergy": {"total": 5.125}})
        if url.path == "/fritz/login_sid.lua":
            return self.raw(f'<?xml version="1.0" encoding="utf-8"?><SessionInfo><SID>0000000000000000</SID>'
                            f"<Challenge>{CHALLENGE}</Challenge><BlockTime>0</BlockTime></SessionInfo>".encode(), 200)
        if url.path == "/fritz/webservices/homeautoswitch.lua" and query.get("sid") == SESSION and query.get("ain") == "087610000434":
            return self.raw({"getswitchpower": b"47110\n", "getswitchenergy": b"5\n"}.get(query.get("switchcmd"), b"inval\n"), 200)
        return self.answer({"code": 404}, 404)

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.body().decode()))
        good = form.get("username") == "hearth" and form.get("response") == answer_of(CHALLENGE, PASSWORD)
        sid = SESSION if good else "0" * 16
        self.raw(f"<SessionInfo><SID>{sid}</SID><Challenge>{CHALLENGE}</Challenge></SessionInfo>".encode(), 200)

    def digest(self):
        sent = self.headers.get("Authorization", "")
        if sent.startswith("Digest "):
            fields = {}
            for part in sent[7:].split(","):
                name, _, value = part.strip().partition("=")
                fields[name] = value.strip('"')
            first = hashlib.sha256(f"{USER}:shelly:{PASSWORD}".encode()).hexdigest()
            second = hashlib.sha256(f"GET:{self.path}".encode()).hexdigest()
            wanted = hashlib.sha256(":".join(
                [first, NONCE, fields.get("nc", ""), fields.get("cnonce", ""), "auth", second]).encode()).hexdigest()
            if fields.get("response") == wanted:
                return self.answer({"id": 0, "apower": 47.11, "aenergy": {"total": 5.125}})
        challenge = f'Digest qop="auth", realm="shelly", nonce="{NONCE}", algorithm=SHA-256'
        return self.answer({}, 401, {"WWW-Authenticate": challenge})


answering.serve(Handler)
