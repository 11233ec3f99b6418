/// Runs `body` for every item side by side, at most `limit` at once.
///
/// The only place that starts one task an item. What a task brings back is a struct: with `-O`, Swift 6.3 loses the parts of
/// a tuple that a child task returns from within `do throws(E)`.
///
/// - Returns: the results in the items' order.
package func concurrently<Item: Sendable, Output: Sendable>(
  _ items: [Item], limit: Int = .max, _ body: @escaping @Sendable (Item) async -> Output
) async -> [Output] {
  await withTaskGroup(of: Indexed<Output>.self) { group in
    var outputs = [Output?](repeating: nil, count: items.count)
    var next = 0
    func start() {
      guard next < items.count else { return }
      let (index, item) = (next, items[next])
      next += 1
      group.addTask {
        let output = await body(item)
        return Indexed(index: index, output: output)
      }
    }
    for _ in 0..<min(max(limit, 1), items.count) { start() }
    while let done = await group.next() {
      outputs[done.index] = done.output
      start()
    }
    return outputs.compactMap { $0 }
  }
}

/// Runs `body` for every key side by side, at most `limit` at once.
///
/// - Returns: the results by key; of equal keys, the last.
package func concurrently<Key: Hashable & Sendable, Output: Sendable>(
  byKey keys: [Key], limit: Int = .max, _ body: @escaping @Sendable (Key) async -> Output
) async -> [Key: Output] {
  let outputs = await concurrently(keys, limit: limit, body)
  return Dictionary(zip(keys, outputs)) { $1 }
}

private struct Indexed<Output: Sendable>: Sendable {
  var index: Int
  var output: Output
}

/// Does to its end what must not be cut short, although the task that waits for it may have been cancelled: giving back
/// locks, taking away what was made, steps that hosts have begun.
package func uninterrupted<Output: Sendable>(_ work: @escaping @Sendable () async -> Output) async -> Output {
  await Task { await work() }.value
}
