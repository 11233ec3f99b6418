#!/usr/bin/env python3
"""Meters, for tests: answers like the devices, with the watts and counters that are set by GET /set?watts=47.1&wh=5.1.

Prints its port; ends when its standard input is closed. /shelly1, /shelly2, /tasmota, /phases, /generic are the devices;
their own paths follow. /dead/... closes the connection, /reset/... answers 500, /html/... is a login page.
"""

import urllib.parse

import answering

state = {"watts": 47.11, "wh": 5.125}


class Handler(answering.Handler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        _, device, rest = (url.path + "/").split("/", 2)
        query = urllib.parse.urlencode(urllib.parse.parse_qsl(url.query), quote_via=urllib.parse.quote)
        path = "/" + rest.rstrip("/") + ("?" + query if query else "")
        watts, wh = state["watts"], state["wh"]
        if device == "set":
            for name, values in urllib.parse.parse_qs(url.query).items():
                state[name] = float(values[0])
            return self.answer({})
        if device == "dead":
            self.close_connection = True
            return None
        if device == "reset":
            return self.answer({}, 500)
        if device == "html":
            return self.raw(b"<html>login</html>", 200)
        answers = {
            ("shelly2", "/rpc/Switch.GetStatus?id=0"): {
                "id": 0, "source": "init", "output": True, "apower": watts, "voltage": 232.0, "current": 0.205,
                "aenergy": {"total": wh, "by_minute": [6.239, 47.317, 52.412], "minute_ts": 1790000000},
                "temperature": {"tC": 53.4, "tF": 128.1}},
            ("shelly1", "/status"): {
                "wifi_sta": {"connected": True}, "relays": [{"ison": True}, {"ison": True}],
                "meters": [
                    {"power": 1.0, "overpower": 0.0, "is_valid": False, "timestamp": 1790000000, "counters": [1, 1, 1], "total": 60},
                    {"power": watts, "overpower": 0.0, "is_valid": True, "timestamp": 1790000000,
                     "counters": [88.2, 88.1, 88.0], "total": int(wh * 60)}],
                "uptime": 4242},
            ("tasmota", "/cm?cmnd=Status%208"): {
                "StatusSNS": {"Time": "2026-09-30T12:00:00", "ENERGY": {
                    "TotalStartTime": "2026-01-01T00:00:00", "Total": wh / 1000, "Yesterday": 0.0, "Today": 0.003,
                    "Power": watts, "ApparentPower": 40, "ReactivePower": 30, "Factor": 0.65, "Voltage": 235, "Current": 0.168}}},
            ("phases", "/cm?cmnd=Status%208"): {
                "StatusSNS": {"Time": "2026-09-30T12:00:00", "ENERGY": {
                    "Total": [0.001, wh / 1000], "Power": [3, watts], "Voltage": 235}}},
            ("generic", "/api/v1"): {"sensors": [{"power": 1}, {"power": watts * 1000, "energy": wh / 1000}]},
        }
        body = answers.get((device, path))
        return self.answer(body) if body is not None else self.answer({"code": 404, "message": "No handler"}, 404)


answering.serve(Handler)
