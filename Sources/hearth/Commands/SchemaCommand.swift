import ArgumentParser
import Diagnostics

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of what a command prints with --output json; without a name, list them.",
    discussion: """
      Each document and each line has a member `schema` that names its form. Examples:

        hearth schema
        hearth schema status > status.schema.json
      """.flowing)

  @Argument(
    help: "A form, such as status, event or hearth.node-list.v1.",
    completion: .list(JSONForm.all.map(\.name)))
  var name: String?
  @OptionGroup var output: OutputOptions

  private struct Line: Encodable {
    var name, id, about: String
    var commands: [String]
  }

  func run() throws {
    guard let name else { return try list() }
    guard let form = JSONForm.named(name) else {
      throw HearthError(.usage, "there is no form `\(name)`", hint: "`hearth schema` lists them all")
    }
    Terminal.writeJSON(form.schema())
  }

  private func list() throws {
    let forms = JSONForm.all.sorted { $0.name < $1.name }
    if output.output == .json {
      let lines = forms.map { Line(name: $0.name, id: $0.id, about: $0.about, commands: $0.commands) }
      return try JSONSink.write(["forms": lines], as: .forms)
    }
    let width = forms.map(\.name.count).max() ?? 0
    for form in forms {
      Terminal.writeOutput("\(form.name.padding(width))  \(form.about) (\(form.commands.joined(separator: ", ")))\n")
    }
  }
}
