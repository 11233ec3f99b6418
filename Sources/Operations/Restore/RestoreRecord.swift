package import Diagnostics
import Foundation
import PKI
import Untrusted

/// A restore that was begun from this machine and has not come to its end.
package struct RestoreRecord {
  private let port: any RackPort
  private var file: String { "\(port.stateFolder)/restore-id" }

  package init(_ port: any RackPort) { self.port = port }

  package var isUnfinished: Bool { FileManager.default.fileExists(atPath: file) }

  /// Names one restore over all runs that it takes; a run that was killed goes on with the same one.
  package func id(for what: String) throws(HearthError) -> String {
    let lines =
      (try? RegularFile.read(file)).map { String(decoding: $0, as: UTF8.self) }?
      .filledLines ?? []
    if lines.count == 2, lines[0] == what {
      port.note("the restore that was begun and not finished goes on")
      return lines[1]
    }
    let id = String(UInt64.random(in: .min ... .max), radix: 36)
    try PrivateFile.write(Array("\(what)\n\(id)\n".utf8), to: file)
    return id
  }

  /// It is over, or something else has brought the rack to where it should be.
  package func forget() {
    try? FileManager.default.removeItem(atPath: file)
    try? FileManager.default.removeItem(atPath: "\(port.stateFolder)/restore")
  }
}
