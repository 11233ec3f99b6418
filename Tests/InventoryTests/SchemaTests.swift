import Diagnostics
import Foundation
import Inventory
import Testing

struct SchemaTests {
  @Test func theSchemaIsJSON() throws {
    let object = try JSONSerialization.jsonObject(with: Data(InventorySchema.json().utf8))
    let schema = try #require(object as? [String: Any])
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema["required"] as? [String] == ["cluster", "nodes"])
  }

  /// Validates by Python's `jsonschema` where it is installed (Debian: python3-jsonschema, python3-yaml): what hearth
  /// loads the schema accepts, and the other way round for mistakes that lie in one value.
  @Test(.enabled(if: hasValidator, "needs python3-jsonschema and python3-yaml"))
  func theSchemaAgreesWithTheDecoder() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-schema-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try InventorySchema.json().write(to: folder.appending(path: "schema.json"), atomically: true, encoding: .utf8)
    try InventoryFileTests.text.write(to: folder.appending(path: "all-keys.yaml"), atomically: true, encoding: .utf8)

    let good =
      ExampleTests.racks.map { Fixtures.examples.appending(path: $0).path } + [
        folder.appending(path: "all-keys.yaml").path
      ]
    let bad = Self.schemaSeesThese.map { Fixtures.cases.appending(path: $0 + ".yaml").path }
    let rules = Self.onlyRulesSeeThese.map { Fixtures.cases.appending(path: $0 + ".yaml").path }
    let verdicts = try Self.validate(good + bad + rules, schema: folder.appending(path: "schema.json").path)
    for path in good + rules { #expect(verdicts[path] == "valid", "\(path): \(verdicts[path] ?? "no verdict")") }
    for path in bad { #expect(verdicts[path]?.hasPrefix("invalid") == true, "the schema accepts \(path)") }
  }

  /// Mistakes in one value: an editor shows them too.
  private static let schemaSeesThese = [
    "unknown-keys", "missing-keys", "no-nodes", "wrong-types", "bad-values", "artifacts-both", "literal-passwords",
    "not-a-map", "cost-values",
  ]
  /// Mistakes that only show when values are compared or looked up.
  private static let onlyRulesSeeThese = [
    "networks-overlap", "networks-too-small", "duplicate-nodes", "even-control-planes", "no-control-plane",
    "sudo-none", "unsupported-version", "cost-amounts", "cost-zones", "cost-meters", "cost-gap",
  ]

  private static let hasValidator =
    (try? run(["-c", "import jsonschema, yaml; jsonschema.Draft202012Validator"])) != nil

  private static func validate(_ paths: [String], schema: String) throws -> [String: String] {
    let script = """
      import json, re, sys, yaml, jsonschema
      # Scalars as YAML 1.2 reads them: dates and times of the day are text.
      class Core(yaml.SafeLoader): yaml_implicit_resolvers = {}
      for tag, pattern, first in [
          ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"), ("null", r"^(?:~|null|Null|NULL|)$", "~nN"),
          ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
          ("float", r"^[-+]?(?:[.][0-9]+|[0-9]+(?:[.][0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+0123456789.")]:
          Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))
      Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      verdicts = {}
      for path in sys.argv[2:]:
          errors = [error.message[:200] for error in validator.iter_errors(yaml.load(open(path), Core))]
          verdicts[path] = "invalid: " + "; ".join(errors) if errors else "valid"
      print(json.dumps(verdicts))
      """
    let output = try run(["-c", script, schema] + paths)
    return try JSONDecoder().decode([String: String].self, from: Data(output.utf8))
  }

  private struct Failed: Error { var status: Int32 }

  private static func run(_ arguments: [String]) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
    return String(decoding: data, as: UTF8.self)
  }
}
