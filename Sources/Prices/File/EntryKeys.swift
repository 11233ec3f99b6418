import Foundation
import Inventory
import Schema
import Units

/// An entry as it is written; what is missing is filled from the file's defaults.
struct InstanceEntry: Sendable {
  var place: YAMLTree.Place
  var name: String?
  var architecture: InstanceOffer.Architecture?
  var vcpus: Int?
  var memory: Decimal?
  var family: Located<String>?
  var isBurstable: Bool
  var term: InstanceOffer.Term
  var availability: Availability
  var included: InstanceOffer.Inclusions
  var price: Decimal?
  var unit: BillingUnit?
  var origin: OriginFields
}

enum InstanceKeys {
  static let name = Key(
    "name", Kind<String>.text(.words), required: true, example: "cax21", "The provider's own name of the type.")
  static let architecture = Key(
    "architecture",
    Kind<InstanceOffer.Architecture>.choice([(.arm64, "64-bit ARM."), (.amd64, "64-bit x86.")]), required: true,
    example: "arm64", "Architecture of its processors.")
  static let vcpus = Key("vcpus", Kind<Int>.integer(1...1024), required: true, example: "4", "Virtual CPUs.")
  static let memory = Key("memory", Kind<Decimal>.decimal(.memory), required: true, example: "8", "Memory in GiB.")
  static let family = Key(
    "family", Kind<String>.text(.providerID).located, example: "ampere-altra",
    "Id of the CPU family whose measured figure holds for it. Without it, it is compared by memory only.")
  static let burstable = Key(
    "burstable", Kind<Bool>.yesOrNo, fallback: "no", "Whether it runs at full speed only for a while.")
  static let term = Key(
    "term",
    Kind<InstanceOffer.Term>.choice([
      (.onDemand, "By the hour, for as long as one likes."), (.preemptible, "May be taken away at any time."),
      (.reserved1Year, "Bound for a year."), (.reserved3Years, "Bound for three years."),
    ]), fallback: "on-demand", "On which terms.")
  static let availability = Key(
    "availability", Kind<Availability>.availability, fallback: "orderable", "Whether one can have it.")
  static let ipv4 = Key("ipv4", Kind<Bool>.yesOrNo, fallback: "no", "Whether a public IPv4 address is in the price.")
  static let ipv4Optional = Key(
    "ipv4Optional", Kind<Bool>.yesOrNo, fallback: "no",
    "Whether the machine can be had without that address, for the price of `public-ipv4` less.")
  static let disk = Key("disk", Kind<Decimal>.decimal(.amount), example: "80", "GB of disk in the price.")
  static let traffic = Key(
    "traffic", Kind<Decimal>.decimal(.amount), example: "20000", "GB of outbound traffic a month in the price.")
  static let price = Key("price", Kind<Decimal>.decimal(.price), required: true, example: "10.99", "The price.")
  static let per = Key(
    "per", Kind<BillingUnit>.choice([(.hour, "An hour."), (.month, "A month, whole or capped.")]), required: true,
    example: "month", "What the price is for.")

  static let kind = Kind<InstanceEntry>.object(
    "an instance", "One virtual machine type in one region.",
    keys: [
      name, architecture, vcpus, memory, family, burstable, term, availability, ipv4, ipv4Optional, disk, traffic,
      price,
      per,
    ]
      + OriginKeys.all
  ) { fields in
    InstanceEntry(
      place: fields.place, name: fields[name], architecture: fields[architecture], vcpus: fields[vcpus],
      memory: fields[memory], family: fields[family], isBurstable: fields[burstable] ?? false,
      term: fields[term] ?? .onDemand, availability: fields[availability] ?? .orderable,
      included: InstanceOffer.Inclusions(
        publicIPv4: fields[ipv4] ?? false, disk: fields[disk].map { Gigabytes($0) },
        egress: fields[traffic].map { Gigabytes($0) }, isIPv4Optional: fields[ipv4Optional] ?? false),
      price: fields[price], unit: fields[per], origin: OriginKeys.fields(fields))
  }
}

extension Kind where Value == Availability {
  static let availability = choice([
    (.orderable, "One can have it."), (.limited, "Sometimes, or not everywhere in the region."),
    (.notOrderable, "Not at the time."), (.unknown, "The source does not say."),
  ])
}

struct ServiceEntry: Sendable {
  var place: YAMLTree.Place
  var kind: ServiceOffer.Kind?
  var name: String?
  var price: Decimal?
  var hasPrice: Bool
  var isFree: Bool
  var unit: BillingUnit?
  var hasUnit: Bool
  var freePerMonth: Decimal
  var availability: Availability
  var origin: OriginFields
}

enum ServiceKeys {
  static let kindOf = Key(
    "kind",
    Kind<ServiceOffer.Kind>.choice([
      (.controlPlane, "A managed Kubernetes control plane."), (.blockStorage, "Disks over the network."),
      (.publicIPv4, "A public IPv4 address."), (.egress, "Outbound traffic to the internet."),
      (.loadBalancer, "A load balancer."), (.containerCPU, "Containers without servers: processors."),
      (.containerMemory, "Containers without servers: memory."),
    ]), required: true, example: "control-plane", "What it is.")
  static let name = Key("name", Kind<String>.text(.words), required: true, example: "EKS", "The provider's own name.")
  static let price = Key("price", Kind<Decimal>.decimal(.price), example: "0.10", "The price.")
  static let per = Key(
    "per", Kind<BillingUnit>.choice(BillingUnit.allCases.map { ($0, "Per \($0.words).") }), example: "hour",
    "What the price is for.")
  static let free = Key(
    "free", Kind<Bool>.yesOrNo, fallback: "no", "Whether the provider gives it away; then it has no `price`.")
  static let freePerMonth = Key(
    "freePerMonth", Kind<Decimal>.decimal(.amount), fallback: "0", example: "100",
    "So much of the unit is free each month.")
  static let availability = Key(
    "availability", Kind<Availability>.availability, fallback: "orderable", "Whether one can have it.")

  static let kind = Kind<ServiceEntry>.object(
    "a service", "Something other than a virtual machine.",
    keys: [kindOf, name, price, per, free, freePerMonth, availability] + OriginKeys.all
  ) { fields in
    ServiceEntry(
      place: fields.place, kind: fields[kindOf], name: fields[name], price: fields[price], hasPrice: fields.has(price),
      isFree: fields[free] ?? false, unit: fields[per], hasUnit: fields.has(per),
      freePerMonth: fields[freePerMonth] ?? 0, availability: fields[availability] ?? .orderable,
      origin: OriginKeys.fields(fields))
  }
}
