extension Rack {
  /// The same rack without a node.
  package func without(_ name: String) -> Rack {
    var rack = self
    rack.nodes.removeAll { $0.name == name }
    return rack
  }

  package func node(_ name: String) -> Node? { nodes.first { $0.name == name } }
}
