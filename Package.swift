// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// What `hearth version` says; set by scripts/package alone, so that other builds do not change with every commit.
let build: [CSetting] = [("HEARTH_COMMIT", true), ("HEARTH_BUILD_TIME", false)].compactMap { name, isText in
  Context.environment[name].map { .define(name, to: isText ? "\"\($0)\"" : $0) }
}

let package = Package(
  name: "hearth",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "hearth", targets: ["hearth"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: [
    // The command line: commands, terminal output, exit codes; no logic of its own.
    .executableTarget(
      name: "hearth",
      dependencies: [
        "Artifacts", "Bench", "Bootstrap", "CBuild", "Cost", "Dashboard", "Diagnostics", "Discovery", "HTTP",
        "Inventory", "Metering", "Operations", "PKI", "PageServer", "Preflight", "Prices", "Provision", "SSH", "Smoke",
        "Templates", "Units", "Untrusted", "VirtualRack",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "HearthTests",
      dependencies: [
        "Artifacts", "Dashboard", "Diagnostics", "Discovery", "HTTP", "Inventory", "PageServer", "SSH", "Smoke",
        "TestSupport", "Untrusted", "hearth",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Captures"],
      swiftSettings: strict),

    .target(name: "CBuild", cSettings: build),

    // Day two: each operation on a living rack as a list of steps, over one port.
    .target(
      name: "Operations",
      dependencies: [
        "Artifacts", "Bootstrap", "Diagnostics", "Inventory", "PKI", "Preflight", "Provision", "SSH", "Smoke",
        "Untrusted",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "OperationsTests",
      dependencies: [
        "Artifacts", "Bootstrap", "Diagnostics", "Inventory", "Operations", "PKI", "Provision", "SSH", "Smoke",
        "TestSupport",
      ],
      swiftSettings: strict),

    // Kubernetes on hosts: what each host must hold, and in which order it comes to life.
    .target(
      name: "Bootstrap",
      dependencies: [
        "Artifacts", "Diagnostics", "HTTP", "Inventory", "PKI", "Preflight", "Provision", "SSH", "Smoke", "Templates",
        "Untrusted",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict
    ),

    // SSH hosts on the networks around this machine: bounded tries of addresses, and multicast DNS.
    .target(
      name: "Discovery", dependencies: ["CLibSSH2", "Diagnostics", "Inventory", "SSH", "Untrusted"],
      swiftSettings: strict),
    .testTarget(
      name: "DiscoveryTests", dependencies: ["Diagnostics", "Discovery", "Inventory", "SSH", "TestSupport"],
      swiftSettings: strict),

    // What nodes are good for, measured.
    .target(name: "Bench", dependencies: ["Diagnostics", "SSH", "Templates", "Untrusted"], swiftSettings: strict),
    .testTarget(name: "BenchTests", dependencies: ["Bench", "Diagnostics"], swiftSettings: strict),

    // Named health conditions and smoke tests.
    .target(
      name: "Smoke", dependencies: ["Untrusted", "Diagnostics", "Inventory", "SSH", "Templates", "Units"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "SmokeTests", dependencies: ["Diagnostics", "Inventory", "SSH", "Smoke", "Templates", "Units"],
      exclude: ["Cases"],
      swiftSettings: strict),

    // Makes and breaks hosts on this machine.
    .target(
      name: "VirtualRack",
      dependencies: [
        "Untrusted",
        "Diagnostics", "Inventory", "Templates",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "VirtualRackTests",
      dependencies: [
        "Diagnostics", "HTTP", "Inventory", "Metering", "Templates", "TestSupport", "Units",
        "VirtualRack",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict),

    // What a host must be and have before Kubernetes: the check, its rules, and the preparation.
    .target(
      name: "Preflight",
      dependencies: [
        "Artifacts", "Diagnostics", "Inventory", "Provision", "SSH", "Templates", "Units", "Untrusted",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "PreflightTests",
      dependencies: ["Artifacts", "Diagnostics", "Inventory", "Preflight", "Provision", "TestSupport", "Units"],
      exclude: ["Fixtures"],
      swiftSettings: strict),

    // Facts, resources, plan, engine, journal, lock; knows hosts, knows nothing of Kubernetes.
    .target(
      name: "Provision",
      dependencies: [
        "Artifacts", "Diagnostics", "Inventory", "SSH", "Templates", "Untrusted",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ProvisionTests",
      dependencies: ["Artifacts", "Diagnostics", "Provision", "SSH", "Templates", "TestSupport"],
      swiftSettings: strict),

    // What is downloaded: names, versions, checksums, cache, delivery.
    .target(
      name: "Artifacts",
      dependencies: [
        "Untrusted",
        "Diagnostics", "HTTP", "Templates",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict
    ),

    // The rack's certificate authorities and what they sign.
    .target(
      name: "PKI",
      dependencies: [
        "Untrusted",
        "Diagnostics",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ],
      swiftSettings: strict
    ),

    .testTarget(
      name: "BootstrapTests",
      dependencies: [
        "Artifacts", "Bootstrap", "Diagnostics", "HTTP", "Inventory", "PKI", "Preflight", "Provision", "SSH",
        "Templates", "TestSupport", "Units",
        .product(name: "Yams", package: "Yams"),
      ],
      exclude: ["Golden"],
      swiftSettings: strict
    ),
    .testTarget(name: "PKITests", dependencies: ["Diagnostics", "PKI", "TestSupport"], swiftSettings: strict),

    // How YAML is read: keys, kinds and shapes from which decoder, JSON Schema and reference are made.
    .target(
      name: "Schema",
      dependencies: ["Diagnostics", "Units", "Untrusted", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict
    ),
    // The model of the rack, its keys, validation with line numbers.
    .target(
      name: "Inventory",
      dependencies: [
        "Diagnostics", "Schema", "Templates", "Units", "Untrusted", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict, plugins: ["EmbedFiles"]
    ),
    .testTarget(
      name: "InventoryTests", dependencies: ["Diagnostics", "Inventory", "Templates", "Units"], exclude: ["Cases"],
      swiftSettings: strict),

    // Files of templates/, embedded in the binary by a build step, rendered by what they are: shell, trees, units.
    .target(
      name: "Templates",
      dependencies: ["Diagnostics", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict,
      plugins: ["EmbedFiles"]
    ),
    .testTarget(
      name: "TemplatesTests",
      dependencies: ["Diagnostics", "Templates", .product(name: "Yams", package: "Yams")], swiftSettings: strict),
    .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"], path: "Sources/EmbedFiles"),
    .executableTarget(name: "embed-files", path: "Sources/EmbedFilesTool", swiftSettings: strict),

    // Async clients over libssh2 and libcurl; usable without the rest.
    .target(
      name: "SSH",
      dependencies: [
        "Untrusted",
        "CLibSSH2", "Diagnostics",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      swiftSettings: strict
    ),
    .testTarget(name: "SSHTests", dependencies: ["Diagnostics", "SSH", "TestSupport"], swiftSettings: strict),
    // The program itself on a virtual rack with a real Kubernetes.
    .testTarget(name: "EndToEndTests", dependencies: ["Diagnostics", "hearth", "TestSupport"], swiftSettings: strict),
    // Fixtures of several test targets: a real sshd, folders, programs.
    .target(
      name: "TestSupport", dependencies: ["Artifacts", "CLibSSH2", "Diagnostics", "Inventory", "Provision"],
      path: "Tests/Support", exclude: ["Servers"],
      swiftSettings: strict),
    .target(
      name: "HTTP",
      dependencies: ["CCurl", "Diagnostics", "Untrusted", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict
    ),
    .systemLibrary(name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

    // What the rack costs and what clouds would: models, comparison, reports; no network, no clock.
    .target(
      name: "Cost",
      dependencies: [
        "Diagnostics", "Inventory", "Metering", "Prices", "Schema", "Templates", "Units", "Untrusted",
      ],
      swiftSettings: strict, plugins: ["EmbedFiles"]),
    .testTarget(
      name: "CostTests", dependencies: ["Cost", "Diagnostics", "Inventory", "Metering", "Prices", "Units"],
      exclude: ["Cases", "Golden"], swiftSettings: strict),

    // The rack as it stands, as one value for the terminal screen and the web page.
    .target(
      name: "Dashboard",
      dependencies: ["Cost", "Inventory", "Metering", "Provision", "Smoke", "Units", "Untrusted"],
      swiftSettings: strict),
    .testTarget(
      name: "DashboardTests",
      dependencies: ["Cost", "Dashboard", "Diagnostics", "Inventory", "Metering", "Smoke", "Units"],
      swiftSettings: strict),

    // A few pages for people in front of this machine, over HTTP.
    .target(
      name: "PageServer",
      dependencies: [
        "Diagnostics",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(name: "PageServerTests", dependencies: ["Diagnostics", "PageServer"], swiftSettings: strict),

    // Money, energy, dates and ratios, exact in decimal; no number without its unit.
    .target(name: "Units", swiftSettings: strict),
    .testTarget(name: "UnitsTests", dependencies: ["Units"], swiftSettings: strict),

    // JSON of any length as it arrives, numbers exact, errors with the field's name.
    .target(name: "JSONStream", dependencies: ["Diagnostics"], swiftSettings: strict),
    .testTarget(name: "JSONStreamTests", dependencies: ["Diagnostics", "JSONStream"], swiftSettings: strict),

    // What clouds charge: offers with source and date, the embedded snapshot, live price lists.
    .target(
      name: "Prices",
      dependencies: ["Diagnostics", "HTTP", "Inventory", "JSONStream", "Schema", "Units", "Untrusted"],
      swiftSettings: strict,
      plugins: ["EmbedFiles"]
    ),
    .testTarget(
      name: "PricesTests", dependencies: ["Diagnostics", "HTTP", "Inventory", "Prices", "TestSupport", "Units"],
      exclude: ["Fixtures"], swiftSettings: strict),

    // Meters, samples of power and use, their history, and the sampler on a host.
    .target(
      name: "Metering",
      dependencies: [
        "Diagnostics", "HTTP", "Inventory", "JSONStream", "Provision", "SSH", "Smoke", "Templates", "Units",
        "Untrusted",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "MeteringTests",
      dependencies: [
        "Diagnostics", "HTTP", "Inventory", "JSONStream", "Metering", "Provision", "SSH", "TestSupport", "Units",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Fixtures"], swiftSettings: strict),

    // What hearth tells people: errors and events.
    .target(name: "Diagnostics", swiftSettings: strict),

    // The door for data from outside: numbers, names, text and lines are checked here before they are stored or shown.
    .target(
      name: "Untrusted", dependencies: ["Diagnostics", .product(name: "Yams", package: "Yams")], swiftSettings: strict),
    // Feeds every reader of outside data with mutated inputs; for scripts/fuzz, no part of the product.
    .executableTarget(
      name: "fuzz-decoders",
      dependencies: [
        "Artifacts", "Bench", "Bootstrap", "Cost", "Diagnostics", "Discovery", "HTTP", "Inventory", "JSONStream",
        "Metering", "PKI", "Preflight", "Prices", "Provision", "SSH", "Smoke", "Templates", "Units", "Untrusted",
      ],
      swiftSettings: strict
    ),
    .testTarget(name: "UntrustedTests", dependencies: ["Diagnostics", "Untrusted"], swiftSettings: strict),

    .testTarget(
      name: "HTTPTests", dependencies: ["Diagnostics", "HTTP", "TestSupport"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "ArtifactsTests", dependencies: ["Artifacts", "Diagnostics", "HTTP", "Templates", "TestSupport"],
      exclude: ["Fixtures"],
      swiftSettings: strict
    ),
  ],
  swiftLanguageModes: [.v6]
)
