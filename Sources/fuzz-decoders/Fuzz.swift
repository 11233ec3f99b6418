import Foundation

/// Feeds readers of outside data with mutated inputs. Every reader runs in a process of its own, so that one that ends its
/// process is seen, recorded with its input, and gone on with.
///
///     fuzz-decoders [--seconds N] [--seed S] [--findings FOLDER] [decoder…]
///
/// Without names all of them share the seconds. Ends with 1 when something was found. The same seed gives the same inputs.
@main
struct Fuzz {
  static func main() async {
    var options = Options(Array(CommandLine.arguments.dropFirst()))
    if let child = options.child {
      await FuzzChild(decoder: child, options: options).run()
      return
    }
    checkItself(options)
    let unknown = options.names.filter { name in !Decoder.all.contains { $0.name == name } }
    guard unknown.isEmpty, !Decoder.all.isEmpty else {
      print("no decoder is called \(unknown.joined(separator: ", ")); there are: \(Decoder.all.map(\.name))")
      exit(2)
    }
    let chosen = Decoder.all.filter { options.names.isEmpty || options.names.contains($0.name) }
    options.seconds /= Double(chosen.count)
    print("decoder           runs  seconds  found")
    var found = 0
    for decoder in chosen {
      let outcome = FuzzParent(decoder: decoder, options: options).run()
      found += outcome.findings.count
      let seconds = String(format: "%.1f", outcome.seconds)
      print(
        decoder.name.padding(toLength: 14, withPad: " ", startingAt: 0)
          + String(repeating: " ", count: max(0, 8 - "\(outcome.runs)".count)) + "\(outcome.runs)"
          + String(repeating: " ", count: max(0, 9 - seconds.count)) + seconds + "      \(outcome.findings.count)")
      for finding in outcome.findings { print("  \(finding)") }
      fflush(nil)
    }
    exit(found == 0 ? 0 : 1)
  }

  /// A decoder that ends its process at one kind of input must be caught at it; otherwise nothing found means nothing.
  private static func checkItself(_ options: Options) {
    var own = options
    // It ends with the first finding, at once on a machine that has nothing else to do.
    (own.seconds, own.findings) = (600, NSTemporaryDirectory() + "/fuzz-decoders-itself-\(getpid())")
    let outcome = FuzzParent(decoder: .brittle, options: own, mostFindings: 1).run()
    try? FileManager.default.removeItem(atPath: own.findings)
    guard outcome.findings.first?.contains("ended by signal") == true else {
      print("the fuzzer does not see a decoder that ends its process")
      exit(4)
    }
  }
}

struct Options {
  var seconds = 60.0
  var seed: UInt64 = 1
  var findings = ".build/fuzz"
  var names: [String] = []
  var child: Decoder?
  var start: UInt64 = 0
  var counter = ""

  init(_ words: [String]) {
    var words = words[...]
    while let word = words.popFirst() {
      switch word {
      case "--seconds": seconds = words.popFirst().flatMap { Double($0) } ?? seconds
      case "--seed": seed = words.popFirst().flatMap { UInt64($0) } ?? seed
      case "--findings": findings = words.popFirst() ?? findings
      case "--child":
        child = words.popFirst().flatMap { name in
          ([Decoder.brittle] + Decoder.all).first { $0.name == name }
        }
      case "--start": start = words.popFirst().flatMap { UInt64($0) } ?? 0
      case "--counter": counter = words.popFirst() ?? ""
      default: names.append(word)
      }
    }
  }
}
