import Bench
import Diagnostics
import Testing

struct CPUBenchTests {
  private static let output = """

    7-Zip (z) 22.01 (x64) : Copyright (c) 1999-2022 Igor Pavlov : 2022-07-15
     64-bit locale=C.UTF-8 Threads:4, ASM

    RAM size:    7940 MB,  # CPU hardware threads:   4
    RAM usage:    889 MB,  # Benchmark threads:      4

    22:      15959   652   2381  15526  |     213934   774   2357  18248
    ----------------------------------  | ------------------------------
    Avr:             373   4294  16018  |              396   4161  16489
    Tot:             385   4227  16254
    """

  @Test func theTotalAndTheThreadsAreRead() throws {
    let result = try CPUBench.parse(Self.output, place: Subject(file: "x"))
    #expect(result == CPUBench.Result(mips: 16254, threads: 4, version: "22.01"))
    #expect(try CPUBench.parse(Self.output.replacing("\n", with: "\r\n"), place: Subject()) == result)
  }

  @Test(arguments: ["", "Tot:\n", "Tot: 385 4227 999999999\n", "Avr: 1 2 3\n", "Tot:  385 4227 16254\n"])
  func whatIsNoWholeOutputIsRefused(_ text: String) {
    let error = #expect(throws: HearthError.self) { try CPUBench.parse(text, place: Subject(file: "out.txt")) }
    #expect(error?.code == .usage && error?.subject.file == "out.txt")
  }
}
