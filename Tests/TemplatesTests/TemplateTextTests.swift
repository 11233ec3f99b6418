import Testing

@testable import Templates

struct TemplateTextTests {
  private func render(_ text: String, _ values: [String: Any?]) throws(TemplateText.Fault) -> String {
    try TemplateText(text).render(TemplateData.map(values)) { (value, name, isRaw) throws(TemplateText.Fault) in
      try TemplateFormat.plain.insert(value, name, isRaw)
    }
  }

  @Test(arguments: [
    ("a {{x}} b", "a 1 b"), ("{{#t}}in{{/t}}{{#f}}out{{/f}}{{^f}}none{{/f}}", "innone"),
    ("{{#list}}\n- {{.}}\n{{/list}}\nend", "- p\n- q\nend"), ("  {{#t}}\n  y\n  {{/t}}\nz", "  y\nz"),
    ("{{m.inner}}", "deep"), ("{{#m}}{{inner}} {{x}}{{/m}}", "deep 1"), ("{{! note }}x", "x"), ("{{{x}}}", "1"),
    ("{{#absent}}{{nothing}}{{/absent}}{{^absent}}none{{/absent}}", "none"), ("{{#text}}[{{.}}]{{/text}}", "[words]"),
    ("{{#maps}}{{key}},{{/maps}}", "a,b,"), ("{{#empty}}{{nothing}}{{/empty}}x", "x"), ("{a: {{x}}}", "{a: 1}"),
  ])
  func rendersMustacheTags(_ text: String, _ wanted: String) throws {
    let values: [String: Any?] = [
      "x": 1, "t": true, "f": false, "list": ["p", "q"], "m": ["inner": "deep"], "absent": nil, "text": "words",
      "maps": [["key": "a"], ["key": "b"]], "empty": [String](),
    ]
    #expect(try render(text, values) == wanted)
  }

  /// Whatever the values are, a tag without one is found: in sections, behind false ones, in paths.
  @Test(arguments: [
    "{{y}}", "{{#y}}{{/y}}", "{{^y}}{{/y}}", "{{#f}}{{y}}{{/f}}", "{{^t}}{{y}}{{/t}}", "{{#t}}{{#f}}{{y}}{{/f}}{{/t}}",
    "{{m.y}}", "{{#maps}}{{y}}{{/maps}}", "{{#t}}{{^m}}{{y}}{{/m}}{{/t}}", "{{absent}}",
  ])
  func aMissingValueIsAnError(_ text: String) {
    let values: [String: Any?] = [
      "t": true, "f": false, "m": ["inner": "deep"], "maps": [["key": "a"]], "absent": nil,
    ]
    #expect(throws: TemplateText.Fault.self) { try render(text, values) }
  }

  @Test(arguments: [
    "{{x", "{{#x}}", "{{/x}}", "{{#x}}{{/y}}", "{{}}", "{{a b c}}", "{{range .items}}", "{{{x}}", "{{.x}}",
  ])
  func brokenTagsAreAnError(_ text: String) {
    #expect(throws: TemplateText.Fault.self) { try TemplateText(text) }
  }

  struct Values: TemplateValues {
    var name = "n"
    var serial: String?
    var labels = ["a": "b"]
  }

  @Test func structsGiveTheirProperties() throws {
    let data = try TemplateData.properties(of: Values())
    #expect(data == ["name": .text("n"), "serial": .none, "labels": .map(["a": .text("b")])])
  }

  @Test func valuesOfOtherTypesAreAnError() {
    #expect(throws: TemplateText.Fault.self) { try TemplateData(UInt8(1)) }
  }
}
