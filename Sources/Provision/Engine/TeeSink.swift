package import Diagnostics

/// Hands every event to several sinks, in order.
package struct TeeSink: EventSink {
  private let sinks: [any EventSink]
  package init(_ sinks: [any EventSink]) { self.sinks = sinks }
  package func emit(_ event: Event) {
    for sink in sinks { sink.emit(event) }
  }
}
