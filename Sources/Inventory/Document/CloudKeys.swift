import Diagnostics
import Foundation
import Schema
import Units

enum CloudKeys {
  static let controlPlane = Key(
    "controlPlane",
    Kind<CloudNeeds.ControlPlane>.choice([
      (.own, "On the machines themselves, as at home."), (.managed, "Rented from the provider where it offers one."),
    ]), fallback: "own", "Who runs the control plane there.")
  static let disk = Key(
    "diskPerNode",
    Kind<Decimal>.decimal(DecimalShape("gigabytes", 0...100_000, reason: "gigabytes for each node")).located,
    fallback: "32", "Gigabytes of disk for each node at home.")
  static let egress = Key(
    "egress",
    Kind<Decimal>.decimal(
      DecimalShape("gigabytes", 0...1_000_000, reason: "gigabytes a month; a full gigabit line sends 330,000")
    ).located, fallback: "50", "Gigabytes a month that go out to the world.")
  static let addresses = Key(
    "publicAddresses", Kind<Int>.integer(0...100).located, fallback: "1", "Public IPv4 addresses.")
  static let loadBalancers = Key(
    "loadBalancers", Kind<Int>.integer(0...100).located, fallback: "0", "Load balancers of the provider.")
  static let regions = Key(
    "regions", Kind<String>.text(.words).list(minimum: 1), fallback: "all", example: "[eu-central-1, fsn1]",
    "Only regions whose names begin with one of these.")

  static let kind = Kind<CloudSection>.object(
    "cloud", "What the same rack needs in a cloud besides machines.",
    keys: [controlPlane, disk, egress, addresses, loadBalancers, regions]
  ) { fields in
    CloudSection(
      controlPlane: fields[controlPlane], disk: fields[disk], egress: fields[egress], addresses: fields[addresses],
      loadBalancers: fields[loadBalancers], regions: fields[regions])
  }
}

enum TariffKeys {
  static let price = Kind<Decimal>.decimal(
    DecimalShape("the currency's units a kWh", 0...1000, reason: "whole units of the currency for a kWh, not cents"))

  static let zones = Key(
    "zones", ZoneKeys.kind.list(minimum: 1, whole: true), "Prices by the clock; together they cover the whole day.")
  static let series = Key(
    "series", Kind<String>.path, example: "./prices.csv",
    "CSV with a time (ISO 8601) and a price a kWh in each line, such as an exchange's hourly prices with your fees.")

  static let live = Key(
    "live", LiveTariffKeys.kind, example: "{from: awattar, area: DE, vat: 19, surcharge: 0.18}",
    "Prices of your supplier or the exchange, fetched by `hearth cost tariff --update`.")

  static let kind = Kind<TariffSection>.either(
    price.map { .flat($0) },
    .object("a tariff", "Prices that change.", keys: [zones, series, live], exactlyOne: true) { fields in
      fields[zones].map { .zones($0) } ?? fields[series].map { .series($0) } ?? fields[live].map { .live($0) }
    }
  ).located
}

enum ZoneKeys {
  static let name = Key(
    "name", Kind<String>.text(.words), fallback: "its times", example: "night", "What it is called.")
  static let price = Key("price", TariffKeys.price.located, required: true, example: "0.21", "For a kWh.")
  static let from = Key("from", Kind<Int>.clock, required: true, example: "22:00", "First minute.")
  static let to = Key(
    "to", Kind<Int>.clock, required: true, example: "06:00", "First minute that is no longer part of it.")

  private enum Weekday: String, Sendable, CaseIterable { case mon, tue, wed, thu, fri, sat, sun }
  private static let days = Key(
    "days", Kind<Weekday>.choice(Weekday.allCases.map { ($0, "A day of the week.") }).list(minimum: 1),
    fallback: "every day", example: "[sat, sun]", "Days of the week on which it holds.")
  private static let months = Key(
    "months", Kind<Int>.integer(1...12).list(minimum: 1), fallback: "all year", example: "[11, 12, 1, 2]",
    "Months in which it holds, 1 for January.")

  static let kind = Kind<ZoneSection>.object(
    "a zone", "A price by the clock.", keys: [name, price, from, to, days, months]
  ) { fields in
    ZoneSection(
      place: fields.place, name: fields[name], price: fields[price], from: fields[from], to: fields[to],
      weekdays: (fields[days] ?? []).compactMap { Weekday.allCases.firstIndex(of: $0).map { $0 + 1 } },
      months: fields[months] ?? [])
  }
}

enum MeterKeys {
  static let name = Key(
    "name", Kind<String>.text(.dnsLabel).located, required: true, example: "plug", "What it is called.")
  static let kindKey = Key(
    "kind",
    Kind<MeterDeclaration.Kind>.choice([
      (.shelly1, "Shelly of the first generation."), (.shelly2, "Shelly Plus, Pro and later."),
      (.tasmota, "Anything that runs Tasmota."), (.json, "Any endpoint that answers JSON with a number in it."),
      (.pmic, "The power chip of a Pi 5, read over SSH; without USB, hats and NVMe."),
      (.shellyPM, "Shelly PM Mini and other meters without a relay (PM1)."),
      (.shelly3EM, "Shelly 3EM of the first generation; `channel` chooses the phase."),
      (.shellyPro3EM, "Shelly Pro 3EM: all phases together."),
      (.homeAssistant, "An `entity` of Home Assistant; needs a `token`."),
      (.fritz, "FRITZ!DECT at a FRITZ!Box, by its `ain`; needs `user` and `password`."),
      (.prometheus, "A `query` that gives one number."),
    ]), required: true, example: "shelly-gen2", "How it is read.")
  static let url = Key(
    "url", Kind<String>.text(.url).located, example: "http://192.168.1.40",
    "Where it answers. Not for pi5-pmic, which is read on the one node that it covers.")
  static let channel = Key("channel", Kind<Int>.integer(0...31), fallback: "0", "Relay, plug or phase, from 0.")
  static let path = Key(
    "path", Kind<String>.text(.words), example: "sensors.0.power", "Only for json: where the number stands.")
  static let unit = Key(
    "unit",
    Kind<MeterDeclaration.Unit>.choice([
      (.watts, "Power."), (.milliwatts, "Power."), (.wattHours, "A counter."), (.kilowattHours, "A counter."),
      (.wattMinutes, "A counter."), (.joules, "A counter."),
    ]), fallback: "W", "Only for json and prometheus: what the number counts.")
  static let entity = Key(
    "entity", Kind<String>.text(.words), example: "sensor.rack_power", "Only for home-assistant: which entity.")
  static let ain = Key(
    "ain", Kind<String>.text(.words), example: "\"08761 0000434\"", "Only for fritz-dect: which socket.")
  static let query = Key("query", Kind<String>.text(.words), example: "sum(rack_watts)", "Only for prometheus: PromQL.")
  static let token = Key(
    "token", Kind<Secret<String>>.secret, example: "${HA_TOKEN}",
    "A long-lived access token. Only a variable of the environment.")
  static let user = Key(
    "user", Kind<String>.text(.words), fallback: "admin", example: "admin", "Login of a device with a password.")
  static let password = Key(
    "password", Kind<Secret<String>>.secret, example: "${PLUG_PASSWORD}",
    "Its password: basic or digest login, as the device asks. Only a variable of the environment.")
  static let covers = Key(
    "covers", Kind<String>.text(.words).located.list(minimum: 1).located, required: true,
    example: "[pi1, pi2, switch]",
    "What hangs on it: names of nodes, `switch`, `ups`, names of other items, or `all`.")
  static let behindSupply = Key(
    "behindSupply", Kind<Bool>.truth, fallback: "no, but yes for pi5-pmic",
    "It measures behind the supply, so that the supply's loss comes on top.")

  static let kind = Kind<MeterSection>.object(
    "a meter", "Something that measures what the rack draws.",
    keys: [
      name, kindKey, url, channel, path, unit, entity, ain, query, token, user, password, covers, behindSupply,
    ]
  ) { fields in
    MeterSection(
      place: fields.place, name: fields[name], kind: fields[kindKey], url: fields[url], channel: fields[channel],
      path: fields[path], unit: fields[unit], covers: fields[covers]?.value, isBehindSupply: fields[behindSupply],
      entity: fields[entity], ain: fields[ain], query: fields[query], token: fields[token], user: fields[user],
      password: fields[password])
  }
}
