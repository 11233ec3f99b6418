/// What the sample does, whatever it runs on: the first argument chooses.
///
///     hello        says hello, and ends with status 0; so does no argument at all
///     exit N       ends with status N
///     spin N       N rounds of a xorshift, and prints the last value: work for one core
///     sleep N      says hello, then sleeps for N seconds
struct Trial {
  /// Puts a line out.
  let say: (StaticString) -> Void
  let sayNumber: (UInt64) -> Void
  let sleep: (_ seconds: UInt64) -> Void

  /// - Returns: the exit status.
  func run(_ command: Command, _ number: UInt64) -> Int32 {
    switch command {
    case .hello: say("hello from embedded swift\n")
    case .exit: return Int32(truncatingIfNeeded: number & 0xff)
    case .spin: sayNumber(spin(rounds: number))
    case .sleep:
      say("hello from embedded swift\n")
      sleep(number)
    case .unknown:
      say("usage: hello | exit N | spin N | sleep N\n")
      return 64
    }
    return 0
  }

  private func spin(rounds: UInt64) -> UInt64 {
    var value: UInt64 = 88_172_645_463_325_252
    var left = rounds
    while left > 0 {
      value ^= value &<< 13
      value ^= value &>> 7
      value ^= value &<< 17
      left &-= 1
    }
    return value
  }
}

enum Command {
  case hello, exit, spin, sleep, unknown

  /// - Parameter word: UTF-8, without a terminating zero.
  init(_ word: UnsafeRawBufferPointer) {
    if Command.equal(word, "hello") {
      self = .hello
    } else if Command.equal(word, "exit") {
      self = .exit
    } else if Command.equal(word, "spin") {
      self = .spin
    } else if Command.equal(word, "sleep") {
      self = .sleep
    } else {
      self = .unknown
    }
  }

  private static func equal(_ word: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
    guard word.count == name.utf8CodeUnitCount else { return false }
    for index in 0..<word.count where word[index] != name.utf8Start[index] { return false }
    return true
  }
}

/// Decimal digits; anything else ends the number.
func number(_ word: UnsafeRawBufferPointer) -> UInt64 {
  var value: UInt64 = 0
  for byte in word {
    guard byte >= 48, byte <= 57 else { break }
    value = value &* 10 &+ UInt64(byte &- 48)
  }
  return value
}

/// Writes digits and a line feed to the end of `space` and returns them.
func digits(_ value: UInt64, _ space: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer {
  var rest = value
  var start = space.count - 1
  space[start] = 10
  repeat {
    start -= 1
    space[start] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
    rest /= 10
  } while rest > 0 && start > 0
  return UnsafeRawBufferPointer(rebasing: space[start...])
}
