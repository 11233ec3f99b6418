import Testing

@testable import Provision

@Suite struct FramesTests {
  static let output = Array(
    "noise\n\n@abc begin one\nx\n@abd end 0\n\n@abc end 3 4\n\n@abc begin two\n\n@abc end 0\n".utf8)

  @Test(arguments: 1...40)
  func understandsPiecesOfAnySize(size: Int) {
    var reader = FrameReader(nonce: "abc")
    var frames: [Frame] = []
    for start in stride(from: 0, to: Self.output.count, by: size) {
      reader.feed(Self.output[start..<min(start + size, Self.output.count)]) { item in
        if case .ended(let frame) = item { frames.append(frame) }
      }
    }
    #expect(
      frames == [
        Frame(title: "one", content: Array("x\n@abd end 0\n".utf8), ending: ["3", "4"]),
        Frame(title: "two", content: [], ending: ["0"]),
      ])
    #expect(frames.first?.status == 3)
  }
}
