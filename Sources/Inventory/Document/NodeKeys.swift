import Schema

enum NodeKeys {
  static let name = Key(
    "name", Kind<String>.name.located, required: true, example: "pi1",
    "Name of the node in Kubernetes and host name of the machine; not one that YAML reads as a number or a truth value."
  )
  static let address = Key(
    "address", Kind<IPv4Address>.address.located, required: true, example: "192.168.1.11",
    "IPv4 address of the machine in your LAN; it must stay the same.")
  static let roles = Key(
    "roles",
    Kind<Node.Role>.choice(
      [
        (.controlPlane, "Runs etcd, the API server, the controller manager and the scheduler."),
        (.worker, "Runs your pods."),
      ],
      synonyms: [
        "master": .controlPlane, "control": .controlPlane, "server": .controlPlane, "controller": .controlPlane,
        "agent": .worker, "node": .worker,
      ]
    ).located.list(minimum: 1, whole: true).located, fallback: "[worker]", example: "[control-plane, worker]",
    "What the node does. 1, 3 or 5 nodes must be control-plane; at least one must be worker.")
  static let slot = Key(
    "slot", Kind<String>.text(.words), example: "top left", "Where the machine sits in the rack, in your words.")
  static let settings = Key(
    "settings", SettingKeys.nodeKind, example: "{kubelet: {maxPods: 60}}",
    "Settings of the cluster's parts on this node, laid over those of `cluster`.")

  static let kind = Kind<NodeSection>.object(
    "a node", "One machine.", keys: [name, address, roles, slot, settings] + HostKeys.all
  ) { fields in
    NodeSection(
      place: fields.place, name: fields[name], address: fields[address], roles: fields[roles],
      hasBrokenRoles: fields.has(roles) && fields[roles] == nil, slot: fields[slot],
      settings: fields[settings] ?? SettingsSection(), host: HostKeys.section(fields))
  }
}

/// The whole inventory.
enum InventoryKeys {
  /// What people of other tools call our keys.
  static let synonyms = [
    "ip": "address", "host": "address", "hostname": "name", "node": "nodes", "hosts": "nodes", "servers": "nodes",
    "role": "roles", "version": "kubernetes", "k8s": "kubernetes", "username": "user", "login": "user",
    "key": "identityFiles", "keys": "identityFiles", "identityfile": "identityFiles", "keyfile": "identityFiles",
    "fingerprint": "hostKeys", "fingerprints": "hostKeys", "pins": "hostKeys", "proxyjump": "jump", "bastion": "jump",
    "become": "sudo", "model": "hardware", "type": "hardware", "podcidr": "pods", "podsubnet": "pods",
    "servicecidr": "services", "servicesubnet": "services", "vip": "endpoint", "network": "networks",
    "sources": "artifacts", "psu": "supply", "power": "supply", "tags": "labels",
  ]

  static let cluster = Key("cluster", ClusterKeys.kind, required: true, "What the cluster is to be.")
  static let defaults = Key("defaults", HostKeys.kind, "What holds for all nodes that do not say otherwise.")
  static let nodes = Key(
    "nodes", NodeKeys.kind.list(minimum: 1).located, required: true, "The machines.")
  static let rack = Key("rack", RackKeys.kind, "What stands around the nodes; used for cost and messages.")
  static let cost = Key("cost", CostKeys.kind, "What `hearth cost` reckons with.")
  static let lab = Key(
    "lab", Kind<String>.name, example: "default",
    "Name of the virtual rack on this machine that the nodes are part of. Leave it out for real machines.")

  static let proxy = Key(
    "proxy", ProxyKeys.kind, example: "http://proxy.example:3128",
    "A proxy for packages, images and downloads; the nodes, pods and Services are reached past it.")

  static let notify = Key(
    "notify", NotifyKeys.kind, example: "{ntfy: https://ntfy.sh/my-rack}",
    "Who is told when something is wrong with the cluster, by a timer on the control-plane hosts.")

  static let updates = Key(
    "updates", UpdateKeys.kind, example: "{schedule: Sun 03:00}",
    "When Debian's own updates come; a timer on the machine where hearth runs sees to it.")

  static let kind = Kind<InventoryDocument>.object(
    "the inventory", "A rack of machines that hearth turns into a Kubernetes cluster.",
    keys: [cluster, defaults, nodes, rack, cost, proxy, notify, updates, lab]
  ) { fields in
    InventoryDocument(
      place: fields.place, cluster: fields[cluster] ?? ClusterSection(), defaults: fields[defaults] ?? HostSection(),
      nodes: fields[nodes]?.value ?? [], nodesPlace: fields.place(of: nodes), rack: fields[rack] ?? RackSection(),
      lab: fields[lab], cost: fields[cost] ?? CostSection(), proxy: fields[proxy],
      notify: fields[notify], updates: fields[updates])
  }
}
