import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Reads one input after the other until the time is up. The number of the input at hand stands in a shared file: it
/// outlives the process.
struct FuzzChild {
  var decoder: Decoder
  var options: Options

  func run() async {
    let descriptor = open(options.counter, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0, let page = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      page != MAP_FAILED
    else { exit(3) }
    let counter = page.assumingMemoryBound(to: UInt64.self)
    // What asks for more memory than this is a finding.
    var limit = rlimit(rlim_cur: 6 << 30, rlim_max: 6 << 30)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    let generator = decoder.generator(seed: options.seed)
    let end = ContinuousClock.now + .seconds(options.seconds)
    var number = options.start
    while ContinuousClock.now < end {
      counter.pointee = number
      await decoder.read(generator.input(number))
      number += 1
    }
    counter.pointee = number
    exit(0)
  }
}
