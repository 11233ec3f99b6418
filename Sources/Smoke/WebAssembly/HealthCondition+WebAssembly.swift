import Inventory

extension HealthCondition {
  /// What the node's own check found, at its start and after every change.
  package static let webAssembly = HealthCondition(
    "wasm-check", "WebAssembly self-test passed", .eachNode, seenIn: .hosts,
    remedy: { place in
      Remedy(
        "read what the check says; it runs again with the unit",
        command: "sudo systemctl restart hearth-wasm; "
          + "cat /var/lib/hearth/wasm-check; sudo journalctl -u hearth-wasm -n 30 --no-pager", on: place.host)
    },
    judge: { observation, place in
      let wish = place.rack.cluster.addons.webAssembly
      if wish == .none { return .skipped("the inventory says wasm: none") }
      return observation.judgeHost(place) { host in
        guard let state = host.webAssembly else {
          return wish == .auto
            ? .skipped("no WebAssembly runtime was brought to the node")
            : .failed(expected: "a check that passed", seen: "no check ran")
        }
        return state.passed
          ? .met(state.line)
          : .failed(
            expected: "module, component, native program and exit status", seen: state.failures.joined(separator: "; "))
      }
    })

  package static let wasmModule = runs(
    "module", "a WASI 0.1 module runs under wasmtime in a pod")
  package static let wasmComponent = runs(
    "component", "a WASI 0.2 component runs under wasmtime in a pod")

  package static let wasmMixed = HealthCondition(
    "wasm/mixed", "a native container runs as itself beside WebAssembly in one pod", .eachNode, seenIn: .trials,
    remedy: remedy,
    judge: { observation, place in
      observation.judgeWebAssembly(place) { trial in
        switch trial.trials["process.native"]?.outcome {
        case nil: .failed(expected: "a native process", seen: "not tried")
        case .failed(let reason)?: .failed(expected: "a native process", seen: reason)
        case .answered(let words)?:
          words.contains("wasmtime") ? .failed(expected: "a process without wasmtime", seen: words) : .met(words)
        }
      }
    })

  package static let wasmService = HealthCondition(
    "wasm/service", "an HTTP component answers, itself and behind a Service", .eachNode, seenIn: .trials,
    remedy: remedy,
    judge: { observation, place in
      observation.judgeWebAssembly(place) { trial in
        let wrong = ["pod", "service"].compactMap { label -> String? in
          switch trial.trials[label]?.outcome {
          case nil: "\(label): not tried"
          case .failed(let reason)?: "\(label): \(reason)"
          case .answered?: nil
          }
        }
        guard wrong.isEmpty else { return .failed(expected: "answers", seen: wrong.joined(separator: "; ")) }
        return observation.underEngine(trial, "web")
      }
    })

  private static func runs(_ container: String, _ title: String) -> HealthCondition {
    HealthCondition("wasm/\(container)", title, .eachNode, seenIn: .trials, remedy: remedy) { observation, place in
      observation.judgeWebAssembly(place) { trial in
        guard case .answered(let log)? = trial.trials["log.\(container)"]?.outcome,
          log.contains("hello from embedded swift")
        else { return .failed(expected: "the program's own words in its log", seen: "a log without them") }
        return observation.underEngine(trial, container)
      }
    }
  }

  private static let remedy: @Sendable (Place) -> Remedy = { place in
    Remedy(
      "look at what the kubelet says of the pod, and whether the node's own check passes",
      command: "cat /var/lib/hearth/wasm-check; sudo journalctl -u kubelet -u containerd -n 50 --no-pager",
      on: place.host)
  }
}

extension Observation {
  func judgeWebAssembly(_ place: Place, _ judge: (WebAssemblyTrial) -> Verdict) -> Verdict {
    if place.rack.cluster.addons.webAssembly == .none { return .skipped("the inventory says wasm: none") }
    return judgeTrials(place) { trials, node in
      guard let trial = trials.webAssembly[node] else {
        return .skipped("the node's own check of WebAssembly did not pass, or there is none")
      }
      guard trial.pod.ready else {
        return .failed(expected: "a pod that is Ready", seen: trial.pod.trouble ?? "no trouble is known")
      }
      return judge(trial)
    }
  }

  /// Whether the host's `/proc` shows the engine behind a container, and which.
  func underEngine(_ trial: WebAssemblyTrial, _ container: String) -> Verdict {
    let expected = "a process of wasmtime on the host"
    switch trial.trials["process.\(container)"]?.outcome {
    case nil: return .failed(expected: expected, seen: "not tried")
    case .failed(let reason)?: return .failed(expected: expected, seen: reason)
    case .answered(let words)?:
      let list = words.split(separator: " ")
      // The wrapper's engine is mapped into the process; the shim's is the process itself.
      let mapped = list.first { $0.hasPrefix("mapped:/") && $0.hasSuffix("/wasmtime") }?.dropFirst(7)
      let found = mapped ?? list.first { $0.contains("shim-wasmtime") }
      return found.map { .met(String($0)) } ?? .failed(expected: expected, seen: words)
    }
  }
}
