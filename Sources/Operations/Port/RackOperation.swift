package import Diagnostics

/// A list of steps, made before anything happens, and how one of them is taken.
package protocol StepOperation {
  associatedtype Step: Sendable
  /// Somebody has asked for an end: no step is begun.
  var isStopping: Bool { get }

  /// Looks what is left to do, does it, and waits until the rack has taken it. Nothing is done twice.
  func take(_ step: Step) async throws
  /// The words of a run that somebody ends before this step.
  func stopped(before step: Step) -> HearthError
  /// The last words where hosts failed, which has been told; nil needs no more.
  func failed(_ step: Step) -> HearthError?
  /// The same error with the way on, and the way back.
  func explained(_ error: HearthError, at step: Step) -> HearthError
}

/// An operation on a living rack.
package protocol RackOperation: StepOperation {
  var port: any RackPort { get }
}

extension RackOperation {
  package var isStopping: Bool { port.isStopping }
  package func stopped(before step: Step) -> HearthError { port.stopped }
}

extension StepOperation {
  package func failed(_ step: Step) -> HearthError? { nil }
  package func explained(_ error: HearthError, at step: Step) -> HearthError { error }

  /// Takes one step after another. The first that fails, or before which somebody asks for an end, is the last.
  package func take(all steps: [Step]) async throws {
    for step in steps {
      do {
        if isStopping { throw stopped(before: step) }
        try await take(step)
      } catch let errors as HearthErrors {
        throw HearthErrors(errors.errors.map { explained($0, at: step) })
      } catch let error as HearthError {
        throw HearthErrors([explained(error, at: step)])
      } catch {
        guard let last = failed(step) else { throw error }
        throw HearthErrors([explained(last, at: step)])
      }
    }
  }
}
