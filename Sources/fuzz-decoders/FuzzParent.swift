import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Starts a decoder's process, watches it, and starts it again behind the input that ended it.
struct FuzzParent {
  struct Outcome {
    var runs: UInt64 = 0
    var seconds = 0.0
    var findings: [String] = []
  }

  var decoder: Decoder
  var options: Options

  /// An input that takes more of a processor's time than this is a finding, and one that stands still for longer.
  private static let (patience, standstill) = (20.0, 300.0)
  var mostFindings = 20

  func run() -> Outcome {
    var outcome = Outcome()
    let counter = NSTemporaryDirectory() + "/fuzz-counter-\(getpid())"
    let complaints = counter + ".stderr"
    defer { for file in [counter, complaints] { unlink(file) } }
    var start: UInt64 = 0
    let began = ContinuousClock.now
    while outcome.seconds < options.seconds, outcome.findings.count < mostFindings {
      FileManager.default.createFile(atPath: counter, contents: Data(count: 8))
      let (status, isStuck) = watch(counter, complaints, start, options.seconds - outcome.seconds)
      let last = read(counter)
      outcome.seconds = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1000
      outcome.runs += last - min(last, start) + (status == 0 && !isStuck ? 0 : 1)
      if status == 0, !isStuck { break }
      start = last + 1
      outcome.findings.append(record(last, status: status, isStuck: isStuck, complaints))
    }
    return outcome
  }

  /// - Returns: what `waitpid` says, and whether the process had to be ended because it stood still.
  private func watch(_ counter: String, _ complaints: String, _ start: UInt64, _ seconds: Double) -> (Int32, Bool) {
    let words = [
      CommandLine.arguments[0], "--child", decoder.name, "--seed", "\(options.seed)", "--start", "\(start)",
      "--counter",
      counter, "--seconds", "\(seconds)",
    ]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 2, complaints, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var arguments = words.map { strdup($0) } + [nil]
    // A stack trace of each finding would take seconds; the input tells more.
    var environment =
      ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") }
      + [strdup("SWIFT_BACKTRACE=enable=no"), nil]
    defer { for word in arguments + environment { free(word) } }
    var child = pid_t()
    guard posix_spawn(&child, "/proc/self/exe", &actions, nil, &arguments, &environment) == 0 else {
      return (-1, false)
    }
    var status: Int32 = 0
    var (last, since, used) = (UInt64.max, ContinuousClock.now, 0.0)
    while waitpid(child, &status, WNOHANG) == 0 {
      usleep(50_000)
      let now = read(counter)
      let processor = Self.processorSeconds(child)
      if now != last { (last, since, used) = (now, .now, processor) }
      if processor - used > Self.patience || ContinuousClock.now - since > .seconds(Self.standstill) {
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        return (status, true)
      }
    }
    return (status, false)
  }

  /// What a process has used so far: a machine that has other things to do is not a decoder's fault.
  private static func processorSeconds(_ child: pid_t) -> Double {
    let text = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)) ?? ""
    // Behind the name, which may hold anything: the 14th and the 15th field.
    let words = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard words.count > 12, let user = Double(words[11]), let system = Double(words[12]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private func read(_ counter: String) -> UInt64 {
    let bytes = [UInt8]((try? Data(contentsOf: URL(fileURLWithPath: counter))) ?? Data())
    return bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Keeps the input, and says where.
  private func record(_ number: UInt64, status: Int32, isStuck: Bool, _ complaints: String) -> String {
    let file = "\(options.findings)/\(decoder.name)-\(options.seed)-\(number)"
    try? FileManager.default.createDirectory(atPath: options.findings, withIntermediateDirectories: true)
    let input = decoder.generator(seed: options.seed).input(number)
    try? Data(input).write(to: URL(fileURLWithPath: file))
    let words = String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: complaints))) ?? Data(), as: UTF8.self)
    let reason = words.split(whereSeparator: \.isNewline).first { $0.contains("atal error") }.map { ": \($0)" } ?? ""
    let what = isStuck ? "no end within \(Int(Self.patience)) s of processor time" : "ended by signal \(status & 0x7F)"
    return "\(file) (\(input.count) bytes): \(what)\(reason)"
  }
}
