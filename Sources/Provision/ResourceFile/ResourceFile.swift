package import Diagnostics
import Foundation
import Untrusted
import Yams

/// A list of what hosts should hold, written by a user for `hearth host apply FILE`:
///
/// ```yaml
/// variables:
///   greeting: Hello
/// items:
///   - packages: [curl, jq]
///   - file: /etc/motd
///     template: motd.mustache
///     mode: "0644"
///   - directory: /srv/data
///     owner: pi:pi
///   - sysctl: net.ipv4.ip_forward
///     value: 1
///   - module: br_netfilter
///   - unit: nginx
///     restartOn: [/etc/nginx/nginx.conf]
/// ```
///
/// Items are brought about in their order. Nothing but the hosts' own state is looked at.
package enum ResourceFile {
  /// Reads the file and the templates that it names; their paths are relative to the file's folder.
  ///
  /// - Throws: ``HearthErrors`` with every mistake, each with its line and column.
  package static func load(_ path: String) throws(HearthErrors) -> [Resource] {
    let text: String
    do {
      text = try PlainText.read(path, code: .usage).text
    } catch {
      throw HearthErrors([
        HearthError(
          .usage, "this file cannot be read", subject: Subject(file: path),
          hint: "name a YAML file with a list `items`",
          cause: error.reason)
      ])
    }
    return try parse(text, file: path)
  }

  /// - Parameter file: for messages, and to find templates beside it.
  static func parse(_ text: String, file: String) throws(HearthErrors) -> [Resource] {
    let root: Node?
    do {
      root = try YAMLBudget.compose(text, file: file, code: .usage)
    } catch let error as HearthError {
      throw HearthErrors([error])
    } catch {
      throw HearthErrors([ResourceFileReader.syntaxError(error, file: file)])
    }
    var reader = ResourceFileReader(file: file)
    let resources = reader.read(root)
    guard reader.errors.isEmpty else { throw HearthErrors(reader.errors) }
    return resources
  }
}
