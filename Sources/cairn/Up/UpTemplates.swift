import CairnModel
import CairnOrchestrator
import CairnStore
import Foundation

/// Registers the project's templates. A file that cannot be registered is named with everything that is wrong with it,
/// and is skipped: one mistake must not keep everything else from starting.
struct UpTemplates {
    let plan: UpPlan
    let output: UpOutput

    func register(_ url: String) async throws {
        let outcomes = try await output.phase {
            // As a person would name them from where they are.
            let isHere = plan.project.root == FileManager.default.currentDirectoryPath
            let folder = try TemplateFolder(path: plan.project.templates, shownAs: isHere ? "Templates" : nil)
            let outcomes = try await Database.withStore(url) { try await folder.register(in: $0) }
            return (outcomes, Self.summary(outcomes))
        }
        for outcome in outcomes {
            if let message = outcome.skipMessage { output.skip(message) }
            for issue in outcome.issues {
                output.say(Line("    " + issue.description, issue.severity == .error ? .red : .yellow))
            }
        }
        for message in plan.misplacedTemplates { output.skip(message) }
    }

    /// `6 templates are registered, 1 file is skipped,`
    private static func summary(_ outcomes: [TemplateFileOutcome]) -> String {
        let skipped = outcomes.count { $0.isSkipped }
        let good = outcomes.count - skipped
        let first = good == 1 ? "1 template is registered" : "\(good) templates are registered"
        if skipped == 0 { return first }
        return first + (skipped == 1 ? ", 1 file is skipped," : ", \(skipped) files are skipped,")
    }
}
