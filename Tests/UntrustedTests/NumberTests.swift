import Diagnostics
import Testing
import Untrusted

@Suite("Numbers from outside")
struct NumberTests {
  @Test(
    "Only plain digits within the range are a number",
    arguments: [
      ("0", 0), ("7", 7), ("100", 100), ("101", nil), ("-1", nil), ("+5", nil), ("", nil), (" 5", nil), ("5 ", nil),
      ("0x10", nil), ("5.0", nil), ("1e2", nil), ("٥", nil), ("９", nil), ("99999999999999999999", nil), ("--1", nil),
      ("5\n", nil), ("5\u{0}", nil), (String(repeating: "0", count: 200) + "5", nil),
    ] as [(String, Int?)])
  func wholeNumbers(_ text: String, _ expected: Int?) {
    #expect(Int(checked: text, in: 0...100) == expected)
  }

  @Test("Negative numbers need a range that has them") func negative() {
    #expect(Int(checked: "-5", in: -10...10) == -5)
    #expect(UInt16(checked: "-5") == nil)
    #expect(UInt16(checked: "65536") == nil)
    #expect(UInt64(checked: "ffffffffffffffff", radix: 16) == .max)
    #expect(UInt64(checked: "10000000000000000", radix: 16) == nil)
  }

  @Test("What is needed names its field, its range and its unit") func named() {
    let error = #expect(throws: HearthError.self) {
      try Int(checked: "9\u{1B}[2J", in: 0...8, unit: "KiB", of: "MemTotal in /proc/meminfo")
    }
    #expect(
      error?.message
        == "MemTotal in /proc/meminfo is `9\\x1b[2J`, but a whole number from 0 to 8 KiB was expected")
    #expect(error?.code == .remoteCommand)
  }

  @Test(
    "Decimals are finite, plain and within the range",
    arguments: [
      ("48.3", 48.3), ("-5", -5), ("1e2", 100), ("nan", nil), ("inf", nil), ("-inf", nil), ("0x1p3", nil),
      ("1e999", nil), ("201", nil), ("", nil), ("+1", nil), ("1_0", nil), ("infinity", nil),
      (String(repeating: "9", count: 70), nil),
    ] as [(String, Double?)])
  func decimals(_ text: String, _ expected: Double?) {
    #expect(Double(checked: text, in: -100...200) == expected)
  }

  @Test(
    "No binary number ends the process on its way to a whole one",
    arguments: [
      (0.5, 1), (-3.2, -3), (.nan, nil), (.infinity, nil), (-.infinity, nil), (1e300, nil), (9.3e18, nil),
      (Double(Int.max), nil),
    ] as [(Double, Int?)])
  func rounding(_ value: Double, _ expected: Int?) {
    #expect(Int(checked: value) == expected)
    _ = Int(nearest: value)
    _ = Duration(boundedSeconds: value)
  }

  @Test("The nearest number stands for what does not fit") func nearest() {
    #expect(Int(nearest: 1e300) == .max)
    #expect(Int(nearest: -1e300) == .min)
    #expect(Int(nearest: .nan) == 0)
    #expect(UInt8(nearest: -3) == 0)
    #expect(UInt8(nearest: 300) == 255)
    #expect(Duration(boundedSeconds: 1e30) == .seconds(3_155_760_000))
    #expect(Duration(boundedSeconds: .nan) == nil)
  }

  @Test("Arithmetic says when it does not fit") func arithmetic() {
    #expect(9_007_199_254_740_992.times(1024) == nil)
    #expect(Int.max.plus(1) == nil)
    #expect(Int.min.minus(1) == nil)
    #expect(6.times(7) == 42)
    #expect(Int.max.saturatingPlus(1) == .max)
    #expect(Int.min.saturatingPlus(-1) == .min)
    #expect(Int.min.saturatingMinus(1) == .min)
    #expect(Int.max.saturatingMinus(-1) == .max)
    #expect(Int.max.saturatingTimes(-2) == .min)
    #expect(Int.min.saturatingTimes(-1) == .max)
    #expect([Int.max, 5, Int.max].saturatingSum() == .max)
    #expect(UInt64.max.saturatingTimes(2) == .max)
    let error = #expect(throws: HearthError.self) { try Int.max.times(1024, of: "MemTotal") }
    #expect(error?.message.contains("MemTotal") == true)
  }
}
