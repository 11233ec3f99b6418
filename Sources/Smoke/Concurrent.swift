/// Runs `body` for every item, at most `limit` at once, and returns the results in the items' order.
func concurrently<Item: Sendable, Output: Sendable>(
  _ items: [Item], limit: Int = .max, _ body: @escaping @Sendable (Item) async -> Output
) async -> [Output] {
  await withTaskGroup(of: (Int, Output).self) { group in
    var outputs = [Output?](repeating: nil, count: items.count)
    var next = 0
    func start() {
      guard next < items.count else { return }
      let (index, item) = (next, items[next])
      next += 1
      group.addTask { (index, await body(item)) }
    }
    for _ in 0..<min(max(limit, 1), items.count) { start() }
    while let (index, output) = await group.next() {
      outputs[index] = output
      start()
    }
    return outputs.compactMap { $0 }
  }
}
