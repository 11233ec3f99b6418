import Diagnostics
import Foundation
package import Inventory
import SSH

/// What a Service of type LoadBalancer got, and what its address answered.
package struct BalancedService: Sendable, Equatable {
  package var address: IPv4Address?
  /// Why there is none.
  package var trouble: String?
  package var attempts: [Trial] = []
  package var seconds = 0.0
}

extension TestBench {
  /// Nil where the rack has no addresses for Services, or nothing outside of it could ask.
  func tryLoadBalancer(_ plan: TestPlan, running: Int) async -> BalancedService? {
    guard rack.cluster.loadBalancer != nil, let outside, running > 0 else { return nil }
    let clock = ContinuousClock()
    let start = clock.now
    var found = BalancedService()
    let deadline = start + options.podTimeout
    repeat {
      do {
        let result = try await controlPlane(0).run(plan.balancedServiceProgram, timeout: .seconds(30))
        let service = try? JSONDecoder().decode(API.BalancedService.self, from: Data(result.standardOutput))
        found.address = service?.status.loadBalancer.ingress?.first?.ip.flatMap(IPv4Address.init)
        found.trouble = service == nil ? Self.lastLines(result).last : "its status names none"
      } catch {
        found.trouble = error.message
      }
      if found.address == nil { try? await clock.sleep(for: .milliseconds(300)) }
    } while found.address == nil && clock.now < deadline && !Task.isCancelled
    if let address = found.address {
      // The node that will carry it hears of it, and its neighbours stay silent for a moment first.
      let path = "/cgi-bin/hearth?\(plan.expectation.nonce).balanced"
      let patience = options.patience * 2
      found.attempts = await concurrently(Array(0..<min(max(2 * running, 2), 8))) { _ in
        await Self.attempt(outside, address, port: 80, path: path, patience: patience)
      }
    }
    found.seconds = (clock.now - start).inSeconds
    return found
  }
}

extension TestPlan {
  /// Prints the Service as JSON.
  var balancedServiceProgram: String { access.get("/api/v1/namespaces/\(namespace)/services/balanced") }
}

extension API {
  struct BalancedService: Decodable {
    struct Status: Decodable {
      struct Balancer: Decodable {
        struct Ingress: Decodable { var ip: String? }
        var ingress: [Ingress]?
      }
      var loadBalancer: Balancer
    }
    var status: Status
  }
}
