#!/usr/bin/env python3
"""Suppliers and exchanges of electricity, for tests: answers of their shapes with few prices. Prints its port; ends when
its standard input is closed.
"""

import json
import urllib.parse

import answering

ENTSOE = """<?xml version="1.0" encoding="utf-8"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
  <mRID>a1</mRID><type>A44</type>
  <period.timeInterval><start>2026-11-28T23:00Z</start><end>2026-11-29T03:00Z</end></period.timeInterval>
  <TimeSeries>
    <mRID>1</mRID><businessType>A62</businessType>
    <in_Domain.mRID codingScheme="A01">10Y1001A1001A82H</in_Domain.mRID>
    <currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name>
    <curveType>A03</curveType>
    <Period>
      <timeInterval><start>2026-11-28T23:00Z</start><end>2026-11-29T03:00Z</end></timeInterval>
      <resolution>PT60M</resolution>
      <Point><position>1</position><price.amount>85.34</price.amount></Point>
      <Point><position>3</position><price.amount>79.10</price.amount></Point>
      <Point><position>4</position><price.amount>80.2</price.amount></Point>
    </Period>
  </TimeSeries>
</Publication_MarketDocument>
"""
NOTHING = """<?xml version="1.0"?><Acknowledgement_MarketDocument><Reason><code>999</code>
<text>No matching data found for Data item Day-ahead Prices</text></Reason></Acknowledgement_MarketDocument>"""


def price(total, start):
    return {"total": total, "startsAt": start, "currency": "EUR"}


class Handler(answering.Handler):
    def do_POST(self):
        body = self.body()
        if self.headers.get("Authorization") != "Bearer good":
            return self.answer({"errors": [{"message": "invalid token"}]}, 401)
        if self.headers.get("Content-Type") != "application/json" or "priceInfo" not in json.loads(body)["query"]:
            return self.answer({"errors": [{"message": "no query"}]}, 400)
        info = {
            "range": {"nodes": [price(0.2811, "2026-11-29T00:00:00.000+01:00"), price(0.3012, "2026-11-29T01:00:00.000+01:00")]},
            "today": [price(0.2795, "2026-11-30T00:00:00.000+01:00"), price(0.3010, "2026-11-30T01:00:00.000+01:00")],
            "tomorrow": []}
        return self.answer({"data": {"viewer": {"homes": [
            {"currentSubscription": None}, {"currentSubscription": {"priceInfo": info}}]}}})

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        base = "/v1/products/AGILE-24-10-01/electricity-tariffs/E-1R-AGILE-24-10-01-C/standard-unit-rates/"
        if url.path == base:
            def rate(value, start, end):
                return {"value_exc_vat": value / 1.05, "value_inc_vat": value, "valid_from": start, "valid_to": end, "payment_method": None}
            if query.get("page") == "2":
                return self.answer({"count": 3, "next": None, "previous": None, "results": [
                    rate(20.496, "2026-11-29T23:00:00Z", "2026-11-29T23:30:00Z")]})
            return self.answer({"count": 3, "next": f"http://{self.headers['Host']}{base}?page=2", "previous": None, "results": [
                rate(23.5935, "2026-11-30T00:00:00Z", "2026-11-30T00:30:00Z"), rate(-1.155, "2026-11-29T23:30:00Z", "2026-11-30T00:00:00Z")]})
        if url.path == "/v1/marketdata":
            return self.answer({"object": "list", "data": [
                {"start_timestamp": 1796000400000, "end_timestamp": 1796004000000, "marketprice": 42.09, "unit": "Eur/MWh"},
                {"start_timestamp": 1796004000000, "end_timestamp": 1796007600000, "marketprice": -1.6, "unit": "Eur/MWh"}],
                "url": "/de/v1/marketdata"})
        if url.path == "/api":
            if query.get("securityToken") != "good":
                return self.raw(b"<html>Unauthorized</html>", 401)
            return self.raw((ENTSOE if query.get("in_Domain") == "10Y1001A1001A82H" else NOTHING).encode(), 200)
        return self.answer({}, 404)


answering.serve(Handler)
