/// Provision: facts, resources, plan, engine, journal and lock. It knows hosts and nothing of Kubernetes.

package import Artifacts

/// One thing that a host should hold: a value that says what is wanted. How it is observed, compared, applied and
/// undone stands beside each kind.
package enum Resource: Sendable {
  case file(File)
  case directory(Directory)
  case symlink(Symlink)
  /// Nothing at this path.
  case absent(path: String)
  case packages(Packages)
  case unit(Unit)
  /// Loaded now and at every boot.
  case kernelModule(String)
  case sysctl(key: String, value: String)
  /// No swap now nor after a boot: swap files, partitions, zram and dphys-swapfile.
  case swapOff
  /// Words that the kernel command line must hold, such as `cgroup_enable=memory`; a Pi's `cmdline.txt` is edited.
  case bootParameters([String])
  case hostname(String)
  /// hearth's own block in `/etc/hosts`: address and names.
  case hosts([HostsEntry])
  case user(User)
  case delivery(Delivery)
  case custom(Custom)

  package struct File: Sendable {
    package var path: String
    package var content: [UInt8]
    package var mode: UInt16
    /// `user:group`.
    package var owner: String
    /// Sensitive content is never shown in a diff, a plan or a log.
    package var sensitive: Bool
    /// Written once and never compared again.
    package var onlyIfMissing: Bool
    /// What was there before is kept until the unit that is on trial with it has run; see ``Unit/Trial``.
    package var keepsLast = false
    package init(
      _ path: String, _ content: String, mode: UInt16 = 0o644, owner: String = "root:root", sensitive: Bool = false,
      onlyIfMissing: Bool = false
    ) {
      self.path = path
      self.content = Array(content.utf8)
      self.mode = mode
      self.owner = owner
      self.sensitive = sensitive
      self.onlyIfMissing = onlyIfMissing
    }
  }

  package struct Directory: Sendable {
    package var path: String
    package var mode: UInt16
    package var owner: String
    package init(_ path: String, mode: UInt16 = 0o755, owner: String = "root:root") {
      self.path = path
      self.mode = mode
      self.owner = owner
    }
  }

  package struct Symlink: Sendable {
    package var path: String
    package var target: String
    package init(_ path: String, to target: String) {
      self.path = path
      self.target = target
    }
  }

  /// Debian packages, installed in one transaction.
  package struct Packages: Sendable {
    package var names: [String]
    /// Those among them that are held back from `apt upgrade`.
    package var held: Set<String>
    /// They are there already, or come with those that are: what was installed automatically stays so.
    package var isUpgrade = false
    package init(_ names: [String], held: some Sequence<String> = []) {
      self.names = names
      self.held = Set(held)
    }
  }

  /// A systemd unit. Its file, if hearth writes it, is a ``File`` of its own.
  package struct Unit: Sendable {
    package enum State: String, Sendable { case running, stopped, masked }
    package var name: String
    package var state: State
    package var enabled: Bool
    /// Paths of files that the unit reads at start: when one is newer than the unit's start, the unit is restarted.
    /// Ids of other resources, such as a ``Custom``'s name, are allowed too: when they change in the same run.
    package var restartOn: [String]
    /// Reload in place of restart.
    package var reloads: Bool
    package var trial: Trial?

    /// The unit reads settings that people chose. If it does not stay up with them, its files become what they were when
    /// it last did, and the step fails.
    package struct Trial: Sendable, Equatable {
      /// In the words of the message, such as `maxPods: 60`.
      package var settings: String
      /// Paths of files with ``File/keepsLast``.
      package var files: [String]
      package init(settings: String, files: [String]) {
        self.settings = settings
        self.files = files
      }
    }
    package init(
      _ name: String, state: State = .running, enabled: Bool = true, restartOn: [String] = [], reloads: Bool = false
    ) {
      self.name = name
      self.state = state
      self.enabled = enabled
      self.restartOn = restartOn
      self.reloads = reloads
    }
  }

  package struct HostsEntry: Sendable, Equatable {
    package var address: String
    package var names: [String]
    package init(address: String, names: [String]) {
      self.address = address
      self.names = names
    }
  }

  package struct User: Sendable {
    package var name: String
    package var home: String
    package init(_ name: String, home: String) {
      self.name = name
      self.home = home
    }
  }

  /// A large file from the artifact cache, skipped when the host has the same bytes.
  package struct Delivery: Sendable {
    package var path: String
    package var file: LocalFile
    package var mode: UInt16
    package init(_ path: String, _ file: LocalFile, mode: UInt16 = 0o755) {
      self.path = path
      self.file = file
      self.mode = mode
    }
  }

  /// Anything else: a probe whose output is judged by a pure function, and a program that makes it so. Conditions
  /// that must be waited for, certificates and Kubernetes manifests are of this kind.
  package struct Custom: Sendable {
    /// Short and unique on the host, such as `certificate apiserver`.
    package var name: String
    /// A `sh` fragment, run as root with all other observations of the host in one program; what it prints is judged.
    /// It must change nothing, and end by itself within a second or so.
    package var probe: String
    /// What differs, given exit status and output of the probe; empty means nothing is to do.
    package var judge: @Sendable (_ status: Int32, _ output: [UInt8]) -> [FieldChange]
    /// Only called when something differs; see ``program()``.
    let apply: MakesProgram
    /// Names (as in ``Resource/id``) whose change in the same run makes this one due as well.
    package var after: [String]

    package init(
      _ name: String, probe: String,
      judge: @escaping @Sendable (_ status: Int32, _ output: [UInt8]) -> [FieldChange],
      apply: @escaping MakesProgram, after: [String] = []
    ) {
      self.name = name
      self.probe = probe
      self.judge = judge
      self.apply = apply
      self.after = after
    }
  }
}

extension Resource {
  /// The ``id`` of a file or delivery at this path.
  package static func fileID(_ path: String) -> String { "file \(path)" }
  /// The ``id`` of a unit, with its suffix.
  package static func unitID(_ name: String) -> String { "unit \(name)" }

  /// Unique on a host and stable between runs, such as `file /etc/hosts` or `unit kubelet.service`.
  package var id: String {
    switch self {
    case .file(let file): Self.fileID(file.path)
    case .directory(let directory): "directory \(directory.path)"
    case .symlink(let link): "symlink \(link.path)"
    case .absent(let path): "absent \(path)"
    case .packages(let packages) where packages.isUpgrade: "updates of packages"
    case .packages(let packages): "packages \(packages.names.joined(separator: " "))"
    case .unit(let unit): Self.unitID(unit.name)
    case .kernelModule(let name): "kernel module \(name)"
    case .sysctl(let key, _): "sysctl \(key)"
    case .swapOff: "swap off"
    case .bootParameters: "boot parameters"
    case .hostname: "hostname"
    case .hosts: "hosts"
    case .user(let user): "user \(user.name)"
    case .delivery(let delivery): Self.fileID(delivery.path)
    case .custom(let custom): custom.name
    }
  }
}
