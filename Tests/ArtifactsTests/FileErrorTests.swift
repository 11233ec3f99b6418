import Diagnostics
import Foundation
import Testing

@testable import Artifacts

/// What Foundation says of a file, and not what another call has left in `errno`.
struct FileErrorTests {
  @Test func theThrownErrorDecides() {
    let missing = "/nonexistent-\(UUID().uuidString)/x"
    do {
      try Data().write(to: URL(fileURLWithPath: missing))
      Issue.record("written")
    } catch {
      errno = ENOSPC
      let found = HearthError.file("cannot write", missing, from: error)
      #expect(HearthError.posixCode(of: error) == ENOENT)
      #expect(found.message.contains("does not exist"))
    }
  }

  @Test(arguments: [
    (CocoaError(.fileWriteOutOfSpace) as NSError, ENOSPC), (CocoaError(.fileWriteNoPermission) as NSError, EACCES),
    (NSError(domain: NSPOSIXErrorDomain, code: Int(EDQUOT)), EDQUOT),
    (
      NSError(
        domain: NSCocoaErrorDomain, code: 512,
        userInfo: [NSUnderlyingErrorKey: NSError(domain: NSPOSIXErrorDomain, code: Int(EROFS))]), EROFS
    ),
    (NSError(domain: "other", code: 1), EIO),
  ])
  func everyShapeHasItsCode(_ error: NSError, _ code: Int32) { #expect(HearthError.posixCode(of: error) == code) }
}
