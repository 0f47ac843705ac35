import Foundation

/// The programs that `up` starts: those beside itself.
struct UpPrograms: Sendable {
    var server: String
    var worker: String
    /// Only where its templates are.
    var shop: String?

    init(_ plan: UpPlan) throws(CommandError) {
        server = try Programs.sibling("cairn-server")
        worker = try Programs.sibling("cairn-worker")
        let wantsShop = Project.isDirectory(plan.project.templates + "/commerce")
        shop = wantsShop ? try? Programs.sibling("example-shop") : nil
    }
}
