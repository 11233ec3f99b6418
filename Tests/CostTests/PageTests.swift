import Cost
import Foundation
import Inventory
import Testing

struct PageTests {
  @Test func thePageIsKept() throws {
    try Fixtures.expectGolden(try ReportPage.render(try ReportTests.full()), "report.html")
  }

  /// Nothing in it makes a browser ask anybody: addresses stand in it as text only.
  @Test func thePageAsksNobody() throws {
    let page = try ReportPage.render(try ReportTests.full())
    for part in ["<script", "<img", "<iframe", "@import", "url(http", "src=", "href=\"http", "<form", "<object"] {
      #expect(!page.contains(part), "\(part)")
    }
    #expect(page.contains("default-src 'none'"))
  }

  /// Names come from inventories and price lists: none of them may become markup.
  @Test func namesAreNoMarkup() throws {
    var rack = try Fixtures.example("four-pi5.yaml")
    rack.hardware.others[0].name = "<b>case & \"cables\"</b>"
    let page = try ReportPage.render(try Fixtures.report(rack))
    #expect(!page.contains("<b>case"))
    #expect(page.contains("&lt;b&gt;case &amp; &quot;cables&quot;"))
  }

  @Test func withoutVerdictThereAreNoCharts() throws {
    let page = try ReportPage.render(try Fixtures.report(try Fixtures.example("four-pi5.yaml"), on: "2028-01-01"))
    #expect(!page.contains("Cumulative cost") && page.contains("No verdict"))
  }
}
