/// The sample as a WASI 0.1 module.
@_extern(wasm, module: "wasi_snapshot_preview1", name: "fd_write")
@_extern(c)
func fdWrite(_ file: Int32, _ pieces: UnsafeRawPointer, _ count: Int32, _ written: UnsafeMutableRawPointer) -> Int32

@_extern(wasm, module: "wasi_snapshot_preview1", name: "args_sizes_get")
@_extern(c)
func argsSizesGet(_ count: UnsafeMutableRawPointer, _ bytes: UnsafeMutableRawPointer) -> Int32

@_extern(wasm, module: "wasi_snapshot_preview1", name: "args_get")
@_extern(c)
func argsGet(_ pointers: UnsafeMutableRawPointer, _ bytes: UnsafeMutableRawPointer) -> Int32

@_extern(wasm, module: "wasi_snapshot_preview1", name: "poll_oneoff")
@_extern(c)
func pollOneoff(
  _ wanted: UnsafeRawPointer, _ events: UnsafeMutableRawPointer, _ count: Int32, _ happened: UnsafeMutableRawPointer
) -> Int32

@_extern(wasm, module: "wasi_snapshot_preview1", name: "proc_exit")
@_extern(c)
func procExit(_ status: Int32)

func write(_ bytes: UnsafeRawBufferPointer) {
  withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { space in
    guard let pieces = space.baseAddress else { return }
    space.storeBytes(of: UInt32(UInt(bitPattern: bytes.baseAddress)), toByteOffset: 0, as: UInt32.self)
    space.storeBytes(of: UInt32(bytes.count), toByteOffset: 4, as: UInt32.self)
    _ = fdWrite(1, pieces, 1, pieces + 8)
  }
}

/// A subscription to the monotonic clock, laid out as WASI 0.1 has it.
func pause(seconds: UInt64) {
  withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { space in
    guard let wanted = space.baseAddress else { return }
    space.initializeMemory(as: UInt8.self, repeating: 0)
    space.storeBytes(of: 1, toByteOffset: 16, as: UInt32.self)
    space.storeBytes(of: seconds &* 1_000_000_000, toByteOffset: 24, as: UInt64.self)
    _ = pollOneoff(wanted, wanted + 64, 1, wanted + 120)
  }
}

@_expose(wasm, "_start")
@_cdecl("_start")
public func start() {
  let trial = Trial(
    say: { write(UnsafeRawBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount)) },
    sayNumber: { value in withUnsafeTemporaryAllocation(byteCount: 24, alignment: 8) { write(digits(value, $0)) } },
    sleep: { pause(seconds: $0) })
  var status: Int32 = 64
  withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { space in
    guard let base = space.baseAddress, argsSizesGet(base, base + 4) == 0 else { return }
    let (count, bytes) = (Int(space.load(as: UInt32.self)), Int(space.load(fromByteOffset: 4, as: UInt32.self)))
    guard count * 4 + bytes <= 4096, argsGet(base, base + count * 4) == 0 else { return }
    func word(_ index: Int) -> UnsafeRawBufferPointer {
      let start = Int(space.load(fromByteOffset: index * 4, as: UInt32.self)) - Int(bitPattern: base)
      var end = start
      while end < 4096, space[end] != 0 { end += 1 }
      return UnsafeRawBufferPointer(rebasing: space[start..<end])
    }
    status = trial.run(count > 1 ? Command(word(1)) : .hello, count > 2 ? number(word(2)) : 0)
  }
  procExit(status)
}
