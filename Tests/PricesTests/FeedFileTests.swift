import Diagnostics
import TestSupport
import Testing

@testable import Prices

struct FeedFileTests {
  /// A folder opens like a file, and fails when it is read: that is not the end of a list.
  @Test func whatCannotBeReadIsNoEmptyList() throws {
    let folder = try TemporaryFolder()
    let feed = try #require(PriceFeed.all.first)
    var page = FeedPage(provider: feed.provider)
    do throws(HearthError) {
      try feed.read(folder.path, into: &page)
      Issue.record("no error")
    } catch {
      #expect(error.code == .local)
      #expect(error.subject.file == folder.path)
    }
  }
}
