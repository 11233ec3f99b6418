import Foundation

extension Error {
  /// Why, in words for people: what the system says of a file, where a document is wrong; no type names, no codes.
  package var reason: String {
    switch self {
    case let error as HearthError: return error.description
    case let error as DecodingError: return error.place
    default: break
    }
    let error = self as NSError
    if let below = error.userInfo[NSUnderlyingErrorKey] as? NSError, below.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(below.code)))
    }
    switch error.domain {
    case NSPOSIXErrorDomain: return String(cString: strerror(Int32(error.code)))
    case NSCocoaErrorDomain:
      // The first sentence says only that something went wrong.
      return localizedDescription.replacing("The operation could not be completed. ", with: "")
    default: return "\(self)"
    }
  }
}

extension DecodingError {
  /// What is wrong with a document, and at which of its keys.
  fileprivate var place: String {
    func path(_ context: Context, _ last: (any CodingKey)? = nil) -> String {
      (context.codingPath + [last].compactMap { $0 }).map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
        .joined(separator: ".")
    }
    func at(_ context: Context) -> String { context.codingPath.isEmpty ? "" : " at `\(path(context))`" }
    switch self {
    case .keyNotFound(let key, let context): return "`\(path(context, key))` is missing"
    case .typeMismatch(let type, let context): return "a \(type) was expected\(at(context))"
    case .valueNotFound(let type, let context): return "a \(type) was expected\(at(context)), not null"
    case .dataCorrupted(let context):
      let below =
        context.underlyingError.map { ": \(($0 as NSError).userInfo[NSDebugDescriptionErrorKey] ?? $0)" } ?? ""
      return "\(context.debugDescription)\(at(context))\(below)"
    @unknown default: return "\(self)"
    }
  }
}
