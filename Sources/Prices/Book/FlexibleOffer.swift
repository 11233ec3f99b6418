package import Foundation
package import Units

/// A machine type of which one chooses processors and memory freely, each with a price of its own.
package struct FlexibleOffer: Sendable, Hashable, Codable {
  /// A ``Provider``'s id.
  package var provider: String
  /// Without the shape: `VM.Standard.A1.Flex`.
  package var name: String
  package var region: String
  package var architecture: InstanceOffer.Architecture
  /// Id of a ``CPUFamily``.
  package var family: String?
  /// How many virtual CPUs one of the provider's processors is.
  package var vcpusPerProcessor: Int
  /// The most that one machine can have.
  package var mostProcessors: Int
  /// The most memory for each processor.
  package var memoryPerProcessor: Gibibytes
  package var availability: Availability
  /// By the hour, for one processor and for one GiB.
  package var processor: Quote
  package var memory: Quote
  /// Hours of processors and of GiB that an account has free each month.
  package var free: Allowance?

  package struct Allowance: Sendable, Hashable, Codable {
    package var processorHours: Decimal
    package var gibibyteHours: Decimal
    package init(processorHours: Decimal, gibibyteHours: Decimal) {
      self.processorHours = processorHours
      self.gibibyteHours = gibibyteHours
    }
  }

  package init(
    provider: String, name: String, region: String, architecture: InstanceOffer.Architecture, family: String?,
    vcpusPerProcessor: Int = 1, mostProcessors: Int = 80, memoryPerProcessor: Gibibytes = Gibibytes(64),
    availability: Availability = .orderable, processor: Quote, memory: Quote, free: Allowance? = nil
  ) {
    self.provider = provider
    self.name = name
    self.region = region
    self.architecture = architecture
    self.family = family
    self.vcpusPerProcessor = vcpusPerProcessor
    self.mostProcessors = mostProcessors
    self.memoryPerProcessor = memoryPerProcessor
    self.availability = availability
    self.processor = processor
    self.memory = memory
    self.free = free
  }

  package var identity: InstanceOffer.Identity {
    InstanceOffer.Identity(provider: provider, name: name, region: region, term: .onDemand)
  }

  /// The cheapest machine with so much memory and speed. Nil when no single one can have that.
  ///
  /// - Parameter perVCPU: What one virtual CPU can do; nil when nobody measured it.
  package func machine(memory wanted: Gibibytes, performance: Performance?, perVCPU: Performance?) -> InstanceOffer? {
    let gibibytes = max(1, wanted.value.roundedUp())
    var processors = max(1, (gibibytes / memoryPerProcessor.value).roundedUp())
    if let performance, let perVCPU, perVCPU.value > 0 {
      processors = max(processors, (performance / (perVCPU * Decimal(vcpusPerProcessor))).roundedUp())
    }
    guard processors <= Decimal(mostProcessors), let count = Int("\(processors)") else { return nil }
    var source = processor.source
    source.note =
      "\(processor.money.amount.brief) a processor x \(count) + \(memory.money.amount.brief) a GiB x \(gibibytes)"
      + (source.note.map { "; \($0)" } ?? "")
    let money = processor.money * processors + memory.money * gibibytes
    guard let quote = Quote(money, per: .hour, tax: processor.tax, source: source) else { return nil }
    var offer = InstanceOffer(
      provider: provider, name: "\(name) \(count) OCPU \(gibibytes) GB", region: region, architecture: architecture,
      vcpus: count * vcpusPerProcessor, memory: Gibibytes(gibibytes), family: family, availability: availability,
      quote: quote)
    offer.shape = InstanceOffer.Shape(of: name, processors: count)
    return offer
  }

  /// What the free hours of a month are worth for so many processors and GiB, all month.
  package func allowance(processors: Decimal, gibibytes: Decimal) -> Money? {
    guard let free else { return nil }
    let hours = Hours.perMonth.value
    return processor.money * min(free.processorHours, processors * hours)
      + memory.money * min(free.gibibyteHours, gibibytes * hours)
  }
}
