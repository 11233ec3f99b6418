import Diagnostics
import Foundation
import TestSupport
import Testing

/// Runs a suite on one rack of four hosts that is made before its first test and taken away after its last.
struct OnSharedRack: SuiteTrait, TestScoping {
  var controlPlanes = 1
  /// How often the first `up` is killed.
  var kills = 0

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let seed = ProcessInfo.processInfo.environment["HEARTH_SEED"].flatMap(UInt64.init) ?? .random(in: 0..<1_000_000)
    if kills > 0 { print("end-to-end tests: HEARTH_SEED=\(seed) draws the same kill points again") }
    let rack = try await SharedRack.make(seed: seed, kills: kills, controlPlanes: controlPlanes)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await SharedRack.$current.withValue(rack) { try await function() })
    } catch {
      outcome = .failure(error)
    }
    try rack.remove()
    try outcome.get()
  }
}

extension SuiteTrait where Self == OnSharedRack {
  static var onSharedRack: Self { OnSharedRack(kills: 3) }
  static func onRack(controlPlanes: Int) -> Self { OnSharedRack(controlPlanes: controlPlanes) }
}

/// What these tests need of this machine.
enum EndToEnd {
  /// `scripts/test` sets this: what is missing is then a failure and no reason to skip.
  static var isRequired: Bool { ProcessInfo.processInfo.environment["HEARTH_END_TO_END"] == "1" }

  static var isPossible: Bool { isRequired || missing == nil }
  static var comment: Comment { "\(missing ?? "")" }

  static let artifacts = RackArtifacts.folder
  static let kubernetes = RackArtifacts.kubernetes
  static var usesPackages: Bool { RackArtifacts.usesPackages }

  /// Another patch of the same release and length, which no lock file of hearth's names: stands for the next one in
  /// upgrades, made of the same programs.
  static var next: String {
    let last = kubernetes.last ?? "0"
    return kubernetes.dropLast() + (["9", "8"].first { $0 != last }.map(String.init) ?? "9")
  }

  static let missing: String? = {
    if geteuid() != 0 { return "virtual hosts need root" }
    return FileManager.default.fileExists(atPath: "\(artifacts)/artifacts.lock.yaml")
      ? nil : "no Kubernetes to install: run scripts/build-kubernetes and scripts/build-images first"
  }()
}
