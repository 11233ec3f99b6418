import Synchronization

/// Joins a transfer and its cancellation, whichever comes first.
final class TransferSlot: Sendable {
  private let state = Mutex<(transfer: Transfer?, isCancelled: Bool)>((nil, false))

  func fill(_ transfer: Transfer) {
    let isCancelled = state.withLock { state in
      state.transfer = transfer
      return state.isCancelled
    }
    if isCancelled { transfer.cancel() }
  }

  func cancel() {
    let transfer = state.withLock { state in
      state.isCancelled = true
      return state.transfer
    }
    transfer?.cancel()
  }
}
