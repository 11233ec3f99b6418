/// The smallest command for WASI 0.3: without arguments it ends well, with `exit N` it ends with that status, which WASI
/// 0.2 could not say. `run` is lifted without async, since it waits for nothing.
@_extern(wasm, module: "wasi:cli/environment@0.3.0", name: "get-arguments")
@_extern(c)
func getArguments(_ result: UnsafeMutableRawPointer)

@_extern(wasm, module: "wasi:cli/exit@0.3.0", name: "exit-with-code")
@_extern(c)
func exitWithCode(_ status: Int32)

@_expose(wasm, "wasi:cli/run@0.3.0#run")
@_cdecl("run")
public func run() -> Int32 {
  withUnsafeTemporaryAllocation(byteCount: 8, alignment: 4) { space in
    guard let result = space.baseAddress else { return 1 }
    getArguments(result)
    guard space.load(fromByteOffset: 4, as: UInt32.self) > 2,
      let list = UnsafeRawPointer(bitPattern: UInt(space.load(as: UInt32.self)))
    else { return 0 }
    let start = UInt(list.load(fromByteOffset: 16, as: UInt32.self))
    let length = Int(list.load(fromByteOffset: 20, as: UInt32.self))
    exitWithCode(
      Int32(
        truncatingIfNeeded: number(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: length))
          & 0xff))
    return 1
  }
}
