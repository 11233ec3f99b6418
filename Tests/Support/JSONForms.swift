/// Holds what the program prints with `--output json` against the schemas that it prints itself, by Python's `jsonschema`.
package enum JSONForms {
  /// Nil where texts can be judged.
  package static let missing: String? =
    (try? Command.run("python3", "-c", "import jsonschema; jsonschema.Draft202012Validator")) == nil
    ? "python3-jsonschema" : nil

  /// - Parameters:
  ///   - text: one document, or lines of them.
  ///   - program: hearth's path.
  /// - Returns: the name of each document's form, in order, and behind them what is wrong; a form without fault says nothing.
  package static func judge(_ text: String, program: String) throws -> (forms: [String], faults: [String]) {
    let folder = try TemporaryFolder("hearth-forms")
    let file = try folder.write("text.json", text)
    let lines = try Command.run("python3", "-c", script, program, file).split(separator: "\n").map(String.init)
    return (
      lines.filter { $0.hasPrefix("form ") }.map { String($0.dropFirst(5)) },
      lines.filter { $0.hasPrefix("fault ") }.map { String($0.dropFirst(6)) }
    )
  }

  private static let script = """
    import json, subprocess, sys
    from jsonschema import Draft202012Validator
    program, text = sys.argv[1], open(sys.argv[2]).read()
    try:
        documents = [json.loads(text)]
    except ValueError:
        documents = []
        for line in text.splitlines():
            if not line.strip(): continue
            try: documents.append(json.loads(line))
            except ValueError: print("fault no JSON: " + line[:200])
    known = {}
    def validator(name):
        if name not in known:
            found = subprocess.run([program, "schema", name], capture_output=True, text=True)
            if found.returncode: return None
            schema = json.loads(found.stdout)
            Draft202012Validator.check_schema(schema)
            known[name] = Draft202012Validator(schema)
        return known[name]
    for document in documents:
        name = document.get("schema", "") if isinstance(document, dict) else ""
        print("form " + name)
        form = validator(name) if name else None
        if not form:
            print("fault no known form: " + json.dumps(document)[:200])
            continue
        # Of the alternatives by event, the one that is meant.
        variants = {v["properties"]["event"]["const"]: v for v in form.schema.get("oneOf", [])}
        if variants: form = Draft202012Validator(variants.get(document.get("event"), form.schema))
        for error in form.iter_errors(document):
            print("fault %s at %s: %s" % (name, error.json_path, error.message[:300].replace("\\n", " ")))
    """
}
