import Testing

@testable import Provision

@Suite struct LineDiffTests {
  @Test func showsReplacedAddedAndRemovedLines() {
    let fields = LineDiff(from: "a\nb\nc\nd\n", to: "a\nB\nc\nd\ne\n").fields
    #expect(fields == [FieldChange("line 2", from: "b", to: "B"), FieldChange("line 5", from: nil, to: "e")])
    #expect(LineDiff(from: "a\nb\n", to: "b\n").fields == [FieldChange("line 1", from: "a", to: nil)])
    #expect(LineDiff(from: "a", to: "a\n").fields == [FieldChange("line 2", from: nil, to: "")])
    #expect(LineDiff(from: "a\n", to: "a\n").fields.isEmpty)
  }

  @Test func countsWhatIsTooLong() {
    let fields = LineDiff(from: "", to: (1...500).map { "\($0)\n" }.joined()).fields
    #expect(fields.last?.to?.contains("500 more changed lines") == true)
  }
}
