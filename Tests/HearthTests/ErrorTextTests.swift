import Diagnostics
import Testing

@testable import hearth

/// Errors as people read them.
@Suite struct ErrorTextTests {
  private let text = ErrorText(style: Style(enabled: false))

  private func refusal(_ host: String, _ address: String) -> HearthError {
    HearthError(
      .authentication, "\(address) does not let pi in", subject: Subject(host: host),
      hint: "Check the user name: ssh-copy-id pi@\(address)", output: ["line of \(host)"], command: "ssh pi@\(address)")
  }

  @Test func `What, where, the output, what to try, what to do`() {
    let lines = text.render(refusal("pi1", "10.0.0.1")).plain.split(separator: "\n")
    #expect(
      lines == [
        "error: pi1: 10.0.0.1 does not let pi in", "  │ line of pi1", "  try by hand: ssh pi@10.0.0.1",
        "  next: Check the user name: ssh-copy-id pi@10.0.0.1",
      ])
  }

  @Test func `What the host above said is not said again`() {
    let second = text.render(refusal("pi2", "10.0.0.2"), after: refusal("pi1", "10.0.0.1")).plain
    #expect(second == "error: pi2: 10.0.0.2 does not let pi in")
    let named = text.render(refusal("anna", "10.0.0.2"), after: refusal("bert", "10.0.0.1")).plain
    #expect(named == "error: anna: 10.0.0.2 does not let pi in")
  }

  @Test func `Another reason, another error or the same host is told in full`() {
    let first = refusal("pi1", "10.0.0.1")
    var other = refusal("pi2", "10.0.0.2")
    other.hint = "Give it power"
    #expect(text.render(other, after: first).plain.contains("next: Give it power"))
    #expect(text.render(first, after: first).plain.contains("next: "))
    var elsewhere = refusal("pi2", "10.0.0.2")
    elsewhere.subject = Subject(file: "hearth.yaml")
    #expect(text.render(elsewhere, after: first).plain.contains("next: "))
  }

  @Test func `A line in between makes the next error whole again`() {
    let writer = LineWriter(PlainLines(style: Style(enabled: false)))
    #expect(writer.line(for: .failure(refusal("pi1", "10.0.0.1")))?.plain.contains("next: ") == true)
    #expect(writer.line(for: .failure(refusal("pi2", "10.0.0.2")))?.plain.contains("next: ") == false)
    _ = writer.line(for: .note(level: .info, host: nil, text: "something else"))
    #expect(writer.line(for: .failure(refusal("pi3", "10.0.0.3")))?.plain.contains("next: ") == true)
  }

  @Test func `Several are counted`() {
    let both = text.render([refusal("pi1", "10.0.0.1"), refusal("pi2", "10.0.0.2")]).plain
    #expect(both.hasSuffix("\n2 problems"))
  }
}
