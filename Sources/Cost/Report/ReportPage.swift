package import Diagnostics


package enum ReportPage {
  package static func render(_ report: CostReport) throws(HearthError) -> String { "" }
}
