import ArgumentParser
import Cost
import Dashboard
import Diagnostics
import Foundation
import Inventory
import Metering
import SSH
import Smoke
import Templates
import Units
import Untrusted

/// Makes pictures of a rack: what its hosts say now, what its meters said, what an hour costs.
struct PictureSource: Sendable {
  private let rack: Rack
  private let names: [String]
  private let look: RackLook
  private let cost: RunningCost?

  /// - Parameter hosts: those that are shown.
  static func open(_ rack: Rack, hosts: [String], access: AccessOptions) async throws -> PictureSource {
    // Without prices the rest is shown all the same.
    let context = try? await CostOptions.parse([]).context(rack)
    return PictureSource(
      rack: rack, names: hosts, look: try await RackLook.open(rack, access: access),
      cost: context.flatMap { RunningCost($0) })
  }

  func picture() async -> RackPicture {
    let status = await look.status().limited(to: names)
    let now = Int(Date().timeIntervalSince1970)
    return RackPicture(rack: rack, status: status, time: now, power: power(now), localBackup: localBackup())
  }

  static let blinkSeconds = 30
  private static let logLines = 200

  /// What somebody wanted of one host. A failure is an answer, too.
  func answer(_ errand: DashboardProgram.Errand) async -> DashboardProgram.News {
    switch errand {
    case .log(let host):
      do throws(HearthError) {
        let program = LogsCommand.program(unit: nil, lines: Self.logLines)
        let result = try await look.run(program, on: host, timeout: .seconds(30))
        let lines = result.outputText.byteLines.map { String($0) }
        return .log(host: host, lines: lines.isEmpty ? ["the log is empty"] : lines)
      } catch { return .log(host: host, lines: ["the log cannot be read: \(error.message)"]) }
    case .blink(let host):
      do throws(HearthError) {
        let program = try Template("daily/locate").render(["seconds": Self.blinkSeconds])
        let result = try await look.run(program, on: host, timeout: .seconds(Self.blinkSeconds + 20))
        return .note(result.status == 0 ? "\(host) has blinked" : "\(host) has no LED that can be switched")
      } catch { return .note("\(host): \(error.message)") }
    }
  }

  func close() async { await look.close() }

  /// The last week by the hour, and the last three months by the day.
  private static let (hoursShown, daysShown) = (7 * 24, 90)

  private func power(_ now: Int) -> PowerPicture? {
    let path = UsageStore.path(rack: rack.cluster.name)
    let store = FileManager.default.fileExists(atPath: path) ? try? UsageStore(path: path) : nil
    guard store != nil || cost != nil else { return nil }
    let today = Day(unixSeconds: now)
    return PowerPicture(
      rack: rack, cost: cost, readings: (try? store?.lastReadings()) ?? [],
      hours: (try? store?.energyHours(from: now - Self.hoursShown * 3600, to: now)) ?? [],
      days: (try? store?.energy(from: today.adding(days: 1 - Self.daysShown), to: today)) ?? [], now: now)
  }

  /// Of the files that `hearth backup` puts beside the rack's keys.
  private func localBackup() -> Int? {
    let folder = "\(Folders().state(rack: rack.cluster.name))/backups"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { Smoke.HostState.time(ofBackup: $0) }.max()
  }
}
