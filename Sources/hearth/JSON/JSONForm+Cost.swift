/// What commands say of money and power.
extension JSONForm {
  static let cost = [costReport, prices, tariff, sample]

  static let costReport = JSONForm(
    "cost-report", "What the rack costs and what clouds would; amounts are decimal numbers as text.",
    by: ["cost report", "cost plan"],
    [
      "version": .integer, "rack": .text, "day": .day, "currency": .text, "tax": .text, "home": .object(home),
      "cheapest?": .object(against), "median?": .object(against), "dearest?": .object(against), "refusal?": .text,
      "providers": .list(.object(bill)), "pooled": .list(.object(bill)), "cheaperUnmeasured": .list(.object(bill)),
      "used?": .object([
        "period": .text, "cheapest?": .object(against), "median?": .object(against), "dearest?": .object(against),
        "serverless": .map(.amount),
      ]),
      "monthToDate": .object([
        "start": .text, "end": .text, "hours": .amount, "kilowattHours": .amount, "amortisation": .amount,
        "electricity": .amount, "spares": .amount, "internet": .amount, "admin": .amount, "total": .amount,
      ]),
      "trend": .list(
        .object([
          "month": .text, "hoursKnown": .amount, "watts": .amount, "kilowattHours": .amount, "electricity": .amount,
          "expected": .amount, "namespaces": .map(.amount),
        ])),
      "managedControlPlanes": .list(.object(["provider": .text, "perMonth": .amount])),
      "showback?": .list(
        .object([
          "name": .text, "cores": .amount, "gibibytes": .amount, "home": .amount, "idleShare": .amount,
          "cloudAvoided": .list(.amount),
        ])),
      "idle?": .amount, "warnings": .list(.text), "notes": .list(.text), "notComparable": .list(.text),
      "numbers": .list(
        .object([
          "id": .text, "title": .text, "formula": .text, "result": .text,
          "inputs": .list(.object(["symbol": .text, "value": .text, "source": .text])), "notes": .list(.text),
        ])),
      "whatIf": .list(.object(["name": .text, "report": .itself])),
    ])

  static let prices = JSONForm(
    "cost-prices", "How old each provider's prices are, and what was fetched.", by: ["cost prices"],
    [
      "today": .day, "headline": .boolean,
      "providers": .list(
        .object([
          "id": .text, "name": .text, "newest?": .day, "ageDays?": .integer, "usable": .integer, "all": .integer,
          "fresh": .boolean,
        ])),
      "fetched": .list(
        .object([
          "id": .text, "prices": .integer, "changed": .integer, "skipped": .map(.integer), "error?": .text,
          "missingToken?": .text,
        ])),
    ])

  static let tariff = JSONForm(
    "cost-tariff", "Prices of a tariff that changes by the hour.", by: ["cost tariff"],
    [
      "source": .text, "first": .text, "last": .text, "prices": .integer, "new?": .integer, "average": .amount,
      "currency": .text,
    ])

  static let sample = JSONForm(
    "cost-sample", "A sample of power and use; with --every a line each.", by: ["cost track"],
    [
      "time": .time, "meters": .map(.object(["watts?": .amount, "kilowattHours?": .amount])), "containers?": .integer,
      "failures": .map(.object(error)), "clusterFailure?": .object(error),
      "doubts": .list(.object(["meter": .text, "text": .text])),
    ])

  private static let home: JSONMembers = [
    "capex": .amount, "amortisation": .amount, "electricity": .amount, "spares": .amount, "internet": .amount,
    "admin": .amount, "total": .amount, "running": .amount, "adminCounted": .boolean, "watts": .amount,
    "kilowattHours": .amount, "kilogramsCO2?": .amount,
  ]

  private static let bill: JSONMembers = [
    "provider": .text, "instance": .text, "region": .text, "count": .integer, "countByMemory": .integer,
    "countByPerformance?": .integer, "boundBy": .text, "marks": .list(.text), "priceAgeDays?": .integer,
    "isUsable": .boolean, "perMonth": .amount, "lines": .map(.amount), "missing": .list(.text),
    "freeAllowance?": .amount,
  ]

  private static let against: JSONMembers = [
    "bill": .object(bill), "savingsPerYear": .amount, "breakEvenMonths?": .amount, "breakEvenEarliest?": .amount,
    "breakEvenLatest?": .amount, "lifeMonths": .amount, "paysOff": .boolean,
  ]
}
