/// How a kernel module can be had.
package enum ModuleState: String, Sendable, CaseIterable {
  case builtIn
  case loaded
  case loadable
  case missing
}

/// A kernel setting as it is.
package struct Sysctl: Sendable, Equatable {
  package var value: String
  package var writable: Bool
  package init(value: String, writable: Bool) {
    self.value = value
    self.writable = writable
  }
}
