/// The sample as a native program, for comparison.
@_extern(c)
func write(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int
@_extern(c)
func sleep(_ seconds: UInt32) -> UInt32

func put(_ bytes: UnsafeRawBufferPointer) { _ = write(1, bytes.baseAddress, bytes.count) }

@_cdecl("main")
public func main(_ count: Int32, _ words: UnsafePointer<UnsafePointer<CChar>?>) -> Int32 {
  let trial = Trial(
    say: { put(UnsafeRawBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount)) },
    sayNumber: { value in withUnsafeTemporaryAllocation(byteCount: 24, alignment: 8) { put(digits(value, $0)) } },
    sleep: { _ = sleep(UInt32(truncatingIfNeeded: $0)) })
  func word(_ index: Int) -> UnsafeRawBufferPointer {
    guard let start = words[index] else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    var end = 0
    while start[end] != 0 { end += 1 }
    return UnsafeRawBufferPointer(start: start, count: end)
  }
  return trial.run(count > 1 ? Command(word(1)) : .hello, count > 2 ? number(word(2)) : 0)
}
