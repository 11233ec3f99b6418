package import Diagnostics

extension Resource {
  /// Makes the program that brings a wanted state about; throws when what it needs cannot be had.
  package typealias MakesProgram = @Sendable () throws(HearthError) -> Program

  /// A `sh` fragment, run with `set -eu` as a process of its own, and the files it needs. Each file is written 0600 root
  /// into a private temporary folder, whose path the fragment finds in `$HEARTH_FILES`, and removed afterwards; secrets
  /// travel only there.
  package struct Program: Sendable {
    package var script: String
    package var files: [String: [UInt8]]
    /// Longest time it may take.
    package var timeout: Duration
    package init(_ script: String, files: [String: [UInt8]] = [:], timeout: Duration = .seconds(60)) {
      self.script = script
      self.files = files
      self.timeout = timeout
    }
  }
}

extension Resource.Custom {
  /// The program that brings the wanted state about.
  package func program() throws(HearthError) -> Resource.Program { try apply() }
}
