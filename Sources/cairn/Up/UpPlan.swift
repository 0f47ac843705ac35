import CairnClient
import CairnModel
import Foundation

/// What `up` is to start.
struct UpPlan: Sendable {
    enum Sample: Sendable {
        case none
        /// Run it, then stay.
        case first
        /// Run it, then stop.
        case only
    }

    var project: Project
    var port: Int
    var workers: Int
    /// A database that is there already.
    var databaseURL: String?
    var sample: Sample
    /// Where the example shop listens. The templates that call it name its port.
    var shopPort = Self.usualShopPort

    static let usualShopPort = 8090

    /// Templates of commerce that call another port of this machine than the shop's, by their paths in the project.
    var templatesThatMissTheShop: [String] {
        let folder = "Templates/commerce"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(project.root)/\(folder)")) ?? []
        return files.filter { $0.hasSuffix(".json") }.sorted().map { "\(folder)/\($0)" }.filter { file in
            let text = FileManager.default.contents(atPath: "\(project.root)/\(file)") ?? Data()
            let calls = String(decoding: text, as: UTF8.self).matches(of: /http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/)
            return !calls.isEmpty && calls.allSatisfy { $0.output.1 != "\(shopPort)" }
        }
    }

    /// What there is to say of templates that are of another namespace than their folder's: whoever looks for them looks
    /// elsewhere, and the folder's worker does not run their steps.
    var misplacedTemplates: [String] {
        let namespaces = project.namespaces
        return (namespaces + project.foldersWithoutNamespace).flatMap { folder -> [String] in
            let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(project.templates)/\(folder)")) ?? []
            return files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().compactMap { file in
                let template = try? TemplateFile(path: "\(project.templates)/\(folder)/\(file)").decoding.template
                guard let namespace = template?.namespace, namespace != folder else { return nil }
                return "Templates/\(folder)/\(file) is of namespace \(namespace): put it into Templates/\(namespace)"
                    + (namespaces.contains(namespace) ? "" : "; no worker is started for \(namespace)")
            }
        }
    }

    var server: String { "http://127.0.0.1:\(port)" }

    /// The server. It is given no templates: `up` registers them itself, and can say at once what is wrong with them.
    func serverChild(_ program: String, database: String) -> Child {
        child(
            "server", [program, "--host", "127.0.0.1", "--port", "\(port)"], database: database, grace: .seconds(15))
    }

    /// The workers: one for each namespace, or more. Only a namespace that brings programs along may run them.
    func workerChildren(_ program: String, database: String) -> [Child] {
        project.namespaces.flatMap { namespace in
            (0..<workers).map { number in
                let bin = "\(project.templates)/\(namespace)/bin"
                let programs = Project.isDirectory(bin) ? ["--allow-process", "Templates/\(namespace)/bin/*"] : []
                return child(
                    workers == 1 ? "worker-\(namespace)" : "worker-\(namespace)-\(number + 1)",
                    [program, "--namespace", namespace] + programs, database: database, grace: .seconds(45))
            }
        }
    }

    /// The service that the commerce templates call.
    func shopChild(_ program: String) -> Child {
        child("example-shop", [program, "--port", "\(shopPort)"], database: nil, grace: .seconds(5))
    }

    /// The task that shows that everything works: a report on the checkout itself.
    ///
    /// The report's directory is named after the time, for the task's number alone would be that of another database's
    /// task as well, and would replace its report.
    func sampleTask(at now: Date = .now) -> Submission {
        let directory = "\(project.data)/reports/\(now.formatted(.iso8601).replacing(":", with: ""))"
        var submission = Submission(
            namespace: "reports", template: "repository_report",
            context: ["path": .string(project.root), "output": .string(directory)])
        submission.reason = "the sample of cairn up"
        return submission
    }

    private func child(_ name: String, _ command: [String], database: String?, grace: Duration) -> Child {
        Child(
            name: name, command: command, directory: project.root, log: "\(project.logs)/\(name).log",
            environment: database.map { ["DATABASE_URL": $0] } ?? [:], grace: grace)
    }
}
