import Foundation
import Inventory
import Schema
import Units

/// A machine type of which one chooses processors and memory, as it is written.
struct FlexibleEntry: Sendable {
  var place: YAMLTree.Place
  var name: String?
  var architecture: InstanceOffer.Architecture?
  var family: Located<String>?
  var vcpusPerProcessor: Int
  var mostProcessors: Int
  var memoryPerProcessor: Decimal
  var availability: Availability
  var perProcessor: Decimal?
  var perGibibyte: Decimal?
  var freeProcessorHours: Decimal?
  var freeGibibyteHours: Decimal?
  var origin: OriginFields
}

enum FlexibleKeys {
  static let vcpus = Key(
    "vcpusPerProcessor", Kind<Int>.integer(1...8), fallback: "1", "Virtual CPUs of one of the provider's processors.")
  static let most = Key(
    "mostProcessors", Kind<Int>.integer(1...512), fallback: "80", "The most that one machine can have.")
  static let memory = Key(
    "memoryPerProcessor", Kind<Decimal>.decimal(.memory), fallback: "64", "The most GiB for each processor.")
  static let perProcessor = Key(
    "perProcessor", Kind<Decimal>.decimal(.price), required: true, example: "0.01", "Price of a processor and hour.")
  static let perGibibyte = Key(
    "perGibibyte", Kind<Decimal>.decimal(.price), required: true, example: "0.0015", "Price of a GiB and hour.")
  static let freeProcessors = Key(
    "freeProcessorHours", Kind<Decimal>.decimal(.amount), example: "1500", "Hours of processors free each month.")
  static let freeMemory = Key(
    "freeGibibyteHours", Kind<Decimal>.decimal(.amount), example: "9000", "Hours of GiB free each month.")

  static let kind = Kind<FlexibleEntry>.object(
    "a flexible machine", "A type of which one chooses processors and memory.",
    keys: [
      InstanceKeys.name, InstanceKeys.architecture, InstanceKeys.family, InstanceKeys.availability, vcpus, most, memory,
      perProcessor, perGibibyte, freeProcessors, freeMemory,
    ] + OriginKeys.all
  ) { fields in
    FlexibleEntry(
      place: fields.place, name: fields[InstanceKeys.name], architecture: fields[InstanceKeys.architecture],
      family: fields[InstanceKeys.family], vcpusPerProcessor: fields[vcpus] ?? 1, mostProcessors: fields[most] ?? 80,
      memoryPerProcessor: fields[memory] ?? 64, availability: fields[InstanceKeys.availability] ?? .orderable,
      perProcessor: fields[perProcessor], perGibibyte: fields[perGibibyte], freeProcessorHours: fields[freeProcessors],
      freeGibibyteHours: fields[freeMemory], origin: OriginKeys.fields(fields))
  }
}
