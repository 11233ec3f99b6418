import Foundation
import Testing
import Units

struct DecimalTests {
  @Test(arguments: ["0.0978", "-3", "1.25e-7", ".5", "12.", "+4"])
  func readsDecimals(_ text: String) { #expect(Decimal(exact: text) != nil) }

  @Test(arguments: ["", "12abc", "1,5", "0x10", "nan", "1e999", "--1", " 1", "١"])
  func refusesAllElse(_ text: String) { #expect(Decimal(exact: text) == nil) }

  @Test(arguments: [("0.005", "0.01"), ("-0.005", "-0.01"), ("1234567.894", "1234567.89"), ("-0.001", "0.00")])
  func fixes(_ pair: (String, String)) throws {
    #expect(try #require(Decimal(exact: pair.0)).fixed(2) == pair.1)
  }

  @Test(arguments: [
    ("0.0978", "0.0978"), ("0.0000166667", "0.0000166667"), ("8760", "8760"), ("12345678.125", "12345678.13"),
    ("0.000000012345678912", "0.000000012345679"), ("0", "0"), ("-0.5", "-0.5"),
  ])
  func isBrief(_ pair: (String, String)) throws {
    #expect(try #require(Decimal(exact: pair.0)).brief == pair.1)
  }

  @Test func whatWasDividedHasAnEnd() throws {
    #expect(Decimal(1, over: 3).brief == "0.33333333")
    #expect(Decimal(1000, over: 7).brief == "142.85714")
    #expect(Price<KilowattHour>(Decimal(2, over: 7), .eur).description == "EUR 0.28571429 per kWh")
    #expect(Watts(Decimal(100, over: 3)).description == "33.333333 W")
  }

  @Test func tenthOfAPennyIsNotLost() throws {
    let tenth = try #require(Decimal(exact: "0.1"))
    #expect(tenth + tenth + tenth == Decimal(exact: "0.3"))
  }

  @Test(arguments: [2, 3, 12, 48])
  func rootsAreUndoneByPowers(_ n: Int) throws {
    let value = try #require(Decimal(exact: "1.05"))
    #expect((value.root(n).raised(to: n) - value).magnitude < Decimal(sign: .plus, exponent: -25, significand: 1))
  }

  @Test func negativePowers() { #expect(Decimal(2).raised(to: -2) == Decimal(1, over: 4)) }
}

struct MoneyTests {
  @Test func showsCoins() throws {
    #expect("\(try #require(Money(exact: "21.0549", .eur)))" == "EUR 21.05")
    #expect("\(Money(1500, try #require(Currency("jpy"))))" == "JPY 1500")
    #expect(Money(exact: "0.0978", .usd)?.exactDescription == "USD 0.0978")
  }

  @Test func unknownCurrency() { #expect(Currency("XYZ") == nil) }

  @Test func energyCosts() throws {
    let tariff = Price<KilowattHour>(try #require(Money(exact: "0.2872", .eur)))
    let energy = (Watts(1000) * Hours.perMonth).kilowattHours
    #expect(energy == KilowattHours(730))
    #expect(tariff * energy == Money(exact: "209.656", .eur))
  }

  @Test func unitsOfPowerAgree() {
    #expect(Watts.kilowatts(1) == Watts.milliwatts(1_000_000))
    #expect(WattHours.wattMinutes(60) == WattHours(1))
    #expect(Quantity<Watt>(measured: 47.11) == Watts(Decimal(4711, over: 100)))
    #expect(Quantity<Watt>(measured: .nan) == nil)
  }

  @Test func sixteenGibibytes() { #expect(Gibibytes(bytes: 17_179_869_184) == Gibibytes(16)) }

  @Test func ratios() {
    #expect("\(Ratio.percent(25))" == "25 %")
  }
}

struct DayTests {
  @Test(arguments: ["2024-02-29", "1970-01-01", "2026-12-31", "2000-03-01", "1900-02-28"])
  func numbersAreUndone(_ text: String) throws {
    let day = try #require(Day(text))
    #expect(Day(number: day.number) == day && "\(day)" == text)
  }

  @Test(arguments: ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "2026-04-31"])
  func noSuchDay(_ text: String) { #expect(Day(text) == nil) }

  @Test func counts() throws {
    let day = try #require(Day("2025-03-02"))
    #expect(Day(unixSeconds: 1_740_936_978) == day)
    #expect(try #require(Day("2026-03-02")).days(since: day) == 365)
    #expect(try #require(Day("2026-01-31")).adding(months: 1).description == "2026-02-28")
  }
}
