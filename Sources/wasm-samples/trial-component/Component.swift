/// The sample as a WASI 0.2 component for the world wasi:cli/command.
@_extern(wasm, module: "wasi:cli/stdout@0.2.0", name: "get-stdout")
@_extern(c)
func getStdout() -> Int32

@_extern(wasm, module: "wasi:cli/environment@0.2.0", name: "get-arguments")
@_extern(c)
func getArguments(_ result: UnsafeMutableRawPointer)

@_extern(wasm, module: "wasi:clocks/monotonic-clock@0.2.0", name: "subscribe-duration")
@_extern(c)
func subscribeDuration(_ nanoseconds: Int64) -> Int32

@_extern(wasm, module: "wasi:io/poll@0.2.0", name: "[method]pollable.block")
@_extern(c)
func block(_ pollable: Int32)

@_extern(wasm, module: "wasi:io/poll@0.2.0", name: "[resource-drop]pollable")
@_extern(c)
func dropPollable(_ pollable: Int32)

@_extern(wasm, module: "wasi:io/streams@0.2.0", name: "[method]output-stream.blocking-write-and-flush")
@_extern(c)
func blockingWriteAndFlush(
  _ stream: Int32, _ bytes: UnsafeRawPointer?, _ count: Int32, _ result: UnsafeMutableRawPointer)

@_extern(wasm, module: "wasi:io/streams@0.2.0", name: "[resource-drop]output-stream")
@_extern(c)
func dropOutputStream(_ stream: Int32)

func write(_ bytes: UnsafeRawBufferPointer) {
  let out = getStdout()
  withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { space in
    guard let result = space.baseAddress else { return }
    blockingWriteAndFlush(out, bytes.baseAddress, Int32(bytes.count), result)
  }
  dropOutputStream(out)
}

func pause(seconds: UInt64) {
  let pollable = subscribeDuration(Int64(bitPattern: seconds &* 1_000_000_000))
  block(pollable)
  dropPollable(pollable)
}

@_expose(wasm, "wasi:cli/run@0.2.0#run")
@_cdecl("run")
public func run() -> Int32 {
  let trial = Trial(
    say: { write(UnsafeRawBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount)) },
    sayNumber: { value in withUnsafeTemporaryAllocation(byteCount: 24, alignment: 8) { write(digits(value, $0)) } },
    sleep: { pause(seconds: $0) })
  return withUnsafeTemporaryAllocation(byteCount: 8, alignment: 4) { space in
    guard let result = space.baseAddress else { return 1 }
    getArguments(result)
    let list = UnsafeRawPointer(bitPattern: UInt(space.load(as: UInt32.self)))
    let count = Int(space.load(fromByteOffset: 4, as: UInt32.self))
    func word(_ index: Int) -> UnsafeRawBufferPointer {
      guard let list else { return UnsafeRawBufferPointer(start: nil, count: 0) }
      let start = UInt(list.load(fromByteOffset: index * 8, as: UInt32.self))
      let length = Int(list.load(fromByteOffset: index * 8 + 4, as: UInt32.self))
      return UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: length)
    }
    let status = trial.run(count > 1 ? Command(word(1)) : .hello, count > 2 ? number(word(2)) : 0)
    // WASI 0.2 knows success and failure only.
    return status == 0 ? 0 : 1
  }
}
