package import Diagnostics
import Foundation
package import Inventory
package import Templates
import Untrusted
import Yams

/// The objects of an add-on: the catalogue's, or read from its owner's files; bounded in size, number and aliases.
package struct AddOnManifests: Sendable, Equatable {
  package var name: String
  /// In the order of the files; no two are the same. None only of a Kustomize tree that is still to be rendered.
  package var objects: [AddOnObject]

  package static let mostFiles = 200
  package static let mostObjects = 500
  /// Of one file.
  package static let fileBytes = 1 << 20
  private static let endings = ["yaml", "yml", "json"]

  /// Reads a file, or all manifests right inside a folder, by name.
  ///
  /// - Throws: `inventory` with the file and, where it is known, the line.
  package static func read(_ addOn: OwnAddOn) throws(HearthError) -> AddOnManifests {
    try collect(addOn, in: try files(addOn)) { path throws(HearthError) in
      try RegularFile.read(path, limitBytes: fileBytes, code: .inventory)
    }
  }

  /// - Parameters:
  ///   - bytes: what `kubectl kustomize` made of the add-on's tree.
  ///   - file: the tree's own, for errors.
  package static func rendered(_ addOn: OwnAddOn, _ bytes: [UInt8], file: String) throws(HearthError) -> AddOnManifests
  {
    try collect(addOn, in: [file]) { _ throws(HearthError) in bytes }
  }

  private static func collect(
    _ addOn: OwnAddOn, in paths: [String], _ read: (String) throws(HearthError) -> [UInt8]
  ) throws(HearthError) -> AddOnManifests {
    var objects: [AddOnObject] = []
    var places: [String: String] = [:]
    for path in paths {
      for object in try Self.objects(in: try read(path), of: path) {
        if let earlier = places.updateValue(path, forKey: object.key) {
          throw mistake("\(object.title) stands there twice, also in \(earlier)", path, "keep one of them")
        }
        objects.append(object)
        guard objects.count <= mostObjects else {
          throw mistake("the add-on \(addOn.name) has more than \(mostObjects) objects", addOn.path, "cut it in two")
        }
      }
    }
    guard !objects.isEmpty else {
      throw mistake("the add-on \(addOn.name) has no manifest", addOn.path, "put one there, or remove the add-on")
    }
    return AddOnManifests(name: addOn.name, objects: objects)
  }

  private static func files(_ addOn: OwnAddOn) throws(HearthError) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: addOn.path, isDirectory: &isFolder) else {
      throw mistake("the add-on \(addOn.name) is not there", addOn.path, "correct its `path` in the inventory")
    }
    guard isFolder.boolValue else { return [addOn.path] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: addOn.path)) ?? []
    let found = names.filter { name in !name.hasPrefix(".") && endings.contains { name.hasSuffix(".\($0)") } }
    guard found.count <= mostFiles else {
      throw mistake("the folder has more than \(mostFiles) manifests", addOn.path, "cut the add-on in two")
    }
    return found.sorted().map { "\(addOn.path)/\($0)" }
  }

  /// The documents of a file, within the bounds of an add-on.
  static func documents(in bytes: [UInt8], of path: String) throws(HearthError) -> [JSONValue] {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw mistake("this is not UTF-8", path, nil) }
    try YAMLBudget.check(text: text, file: path, code: .inventory)
    do {
      // Looked at before it is taken apart: aliases followed, one document may be dear, and many small ones as well.
      var sequence = try Yams.compose_all(yaml: text)
      var (count, left) = (0, YAMLBudget.mostValues)
      while let node = sequence.next() {
        try YAMLBudget.check(node, left: &left, file: path, code: .inventory)
        count += 1
        guard YAMLBudget.hasPlainKeys(node), count <= mostObjects else {
          throw mistake(
            count > mostObjects ? "the file has more than \(mostObjects) documents" : "a key is not text", path, nil)
        }
      }
      if let error = sequence.error { throw error }
      return try JSONValue.documents(yaml: text)
    } catch let error as HearthError {
      throw error
    } catch let error as YamlError {
      throw mistake("this is not YAML", path, nil, line: line(of: error), cause: "\(error)".lastLines(1).last)
    } catch {
      throw mistake("this is not YAML: \(error)", path, nil)
    }
  }

  private static func objects(in bytes: [UInt8], of path: String) throws(HearthError) -> [AddOnObject] {
    var all: [AddOnObject] = []
    for (index, document) in try documents(in: bytes, of: path).enumerated() where !document.isEmpty {
      let items = document["kind"].string == "List" ? document["items"].array : [document]
      for item in items {
        guard let object = AddOnObject(item) else {
          throw mistake(
            "document \(index + 1) is not a Kubernetes object", path,
            "give it `apiVersion`, `kind` and `metadata.name`; `generateName` is not possible here")
        }
        all.append(object)
      }
    }
    return all
  }

  private static func line(of error: YamlError) -> Int? {
    switch error {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    default: nil
    }
  }

  private static func mistake(
    _ message: String, _ path: String, _ hint: String?, line: Int? = nil, cause: String? = nil
  ) -> HearthError {
    HearthError(.inventory, message, subject: Subject(file: path, line: line), hint: hint, cause: cause)
  }
}

/// One object of an add-on.
package struct AddOnObject: Sendable, Equatable {
  package var value: JSONValue
  package var version: String
  package var kind: String
  package var name: String
  /// Nil where the manifest names none: an object of the cluster, or one of the namespace `default`.
  package var namespace: String?

  package init?(_ value: JSONValue) {
    guard let version = value["apiVersion"].string, let kind = value["kind"].string,
      let name = value["metadata"]["name"].string,
      [version, kind, name].allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isOfNames) })
    else { return nil }
    let namespace = value["metadata"]["namespace"].string
    if let namespace, !NamePattern.dnsLabel.accepts(namespace) { return nil }
    (self.value, self.version, self.kind, self.name, self.namespace) = (value, version, kind, name, namespace)
  }

  /// What names of kinds, versions and objects are made of: no blank, no quote, nothing of a shell.
  private static func isOfNames(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
      UInt8(ascii: "/"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// The same for the same object; manifests may leave `default` out.
  package var key: String { "\(group)/\(kind)/\(namespace ?? "default")/\(name)" }

  /// `Deployment web/hello`
  package var title: String { "\(kind) \(namespace.map { "\($0)/" } ?? "")\(name)" }

  private var group: String { version.contains("/") ? String(version.prefix { $0 != "/" }) : "" }

  /// A line of the list of what an add-on owns, as the program that removes reads it: `Deployment.v1.apps web hello`.
  package var line: String {
    let number = version.split(separator: "/").last.map(String.init) ?? version
    return "\(kind).\(number).\(group) \(namespace ?? "-") \(name)"
  }

  /// Others may need it to be there first.
  var comesFirst: Bool { kind == "Namespace" || isDefinition }
  var isDefinition: Bool { kind == "CustomResourceDefinition" }
}
