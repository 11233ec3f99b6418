import Testing

@testable import Bench

struct RuntimeResultsTests {
  private let output = """
    image\tmodule\t9000
    image\tstatic\t317440
    exit\tmodule\t130000
    exit\tmodule\t150000
    exit\tmodule\t140000
    exit\tstatic\t100000
    request\tstatic container\t20000
    request\tcomponent container\t100000
    rate\tstatic container\t60000
    rate\tcomponent container\t20000
    rate\tcomponent, one instance for all\t60000
    instance\twithout memory\t800
    instance\twith memory of its own\t14600
    fresh\tHTTP component\t70000
    whole\tmodule\t8388608
    whole\tstatic\t4194304
    error\tdebian\tunpack: no space left
    noise
    """

  @Test func linesBecomeMediansAndProblems() {
    let results = RuntimeResults(node: "pi3", output: output)
    #expect(results.median("exit", "module") == 140_000)
    #expect(results.metrics["exit"]?["module"]?.least == 130_000)
    #expect(results.perGiB("module") == 128 && results.perGiB("debian") == nil)
    #expect(results.problems == ["debian: unpack: no space left"])
    #expect(results.median("exit", "debian") == nil)
  }

  private static let cases: [(values: [Double], median: Double)] = [([3], 3), ([4, 1], 2.5), ([9, 1, 5], 5), ([], 0)]

  @Test(arguments: cases)
  func medianOf(_ sample: (values: [Double], median: Double)) {
    #expect(Samples(sample.values).median == sample.median)
  }

  @Test func wordsSayWhoWinsAndWhoLoses() throws {
    let report = RuntimeReport(RuntimeResults(node: "pi3", output: output))
    #expect(
      report.words.contains(
        "What travels to a node: 8.8 KiB for module, 310.0 KiB for static; module wins by a factor of 35."))
    #expect(report.words.contains("140.0 ms for module, 100.0 ms for static; static wins by a factor of 1.4."))
    #expect(report.words.contains("A GiB holds 128 of module and 256 of static"))
    #expect(report.words.contains("costs 800 ns without memory and 14.6 µs with memory of its own"))
    #expect(report.words.contains("takes 70.0 µs longer"))
    #expect(
      report.words.contains(
        "An HTTP request: 100 µs for component container, 20 µs for static container; static container wins by a factor of 5.0."
      ))
    #expect(
      report.words.contains(
        "20000/s for component container, 60000/s for static container; static container wins"))
    #expect(report.words.contains("60000/s for static container; no difference beyond the spread"))
    let page = try report.html()
    #expect(page.contains("<h1>Containers and WebAssembly on pi3</h1>"))
    // Of 100 and 140 ms the longer fills its chart; of 128 and 256 in a GiB the shorter fills half.
    #expect(page.contains("<td class=\"value\">100.0 ms <small>100.0 ms to 100.0 ms, n = 1</small></td>"))
    #expect(page.contains("width: 71.4%") && page.contains("width: 50.0%") && page.contains("longer is better"))
    #expect(report.lines.contains { $0.hasPrefix("! debian") })
    #expect(report.lines.contains { $0.hasPrefix("  component, one instance for all   60000/s ") })
  }

  @Test func theProgramIsComplete() throws {
    let program = try RuntimeBench(
      images: [.init(kind: "static", reference: "a:1", archive: "/a.tar", program: "/trial")],
      servers: [.init(kind: "component", reference: "b:1", archive: "/b.tar", program: "/app.wasm")], engine: "/e",
      wrapper: "/w", samples: "/samples", rounds: 3
    ).program()
    #expect(!program.contains("{{"))
    #expect(
      program.contains(
        "exec bash /run/hearth-bench /w /e /samples 3 200000000 24 image static a:1 /a.tar /trial "
          + "server component b:1 /b.tar /app.wasm\n"))
  }
}
