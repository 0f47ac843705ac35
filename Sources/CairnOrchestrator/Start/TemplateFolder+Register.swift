package import CairnModel
package import CairnStore
import Postgres

/// What became of one file of a folder of templates.
package struct TemplateFileOutcome: Sendable {
    /// What was done with the file.
    package enum End: Sendable, Hashable {
        /// Its template was registered.
        case registered
        /// Its template was registered before, as it is.
        case known
        /// It was left out, and what is registered under its name, such as `example/hello 1.0.0`, stays in use.
        case skipped(inUse: String?)
    }

    /// The file.
    package let path: String
    /// What was done with it.
    package let end: End
    /// Everything there is to say about it, warnings included.
    package let issues: [TemplateIssue]

    /// Whether it was left out.
    package var isSkipped: Bool { if case .skipped = end { true } else { false } }

    /// That it was left out and what that means, in a line; nil when it was not.
    package var skipMessage: String? {
        guard case .skipped(let inUse) = end else { return nil }
        return "\(path) is skipped: "
            + (inUse.map { "\($0) stays in use as it was registered" } ?? "its template is not registered")
    }
}

extension TemplateFolder {
    /// Registers every file that can be, and skips the others: a mistake in one file stops nobody who does not use it.
    ///
    /// - Throws: `PostgresError` when the database cannot be asked.
    package func register(in store: Store) async throws -> [TemplateFileOutcome] {
        var outcomes: [TemplateFileOutcome] = []
        for file in files { outcomes.append(try await file.register(in: store)) }
        return outcomes
    }
}

extension TemplateFolder.File {
    fileprivate func register(in store: Store) async throws -> TemplateFileOutcome {
        let limits = JSONLimits(maxBytes: TemplateLimits.bytes)
        guard let template, let document = try? LocatedJSON(bytes, limits: limits) else {
            return try await skipped(for: [], store)
        }
        do {
            let unreadable = try await store.pathIssues(of: template, in: document)
            guard unreadable.isEmpty else { return try await skipped(for: unreadable, store) }
            let isNew = try await store.register(template).created
            return TemplateFileOutcome(path: path, end: isNew ? .registered : .known, issues: issues)
        } catch let error as CairnError where error.code == .versionImmutable {
            let name = "\(template.namespace)/\(template.name) \(template.version)"
            let issue = TemplateIssue(
                .error, code: error.code.rawValue,
                message: "\(name) is registered with other content, and a registered version never changes",
                hint: "change \"version\" to register it as a new one", at: .root.appending("version"), in: document)
            return try await skipped(for: [issue], store)
        } catch let error as CairnError {
            let issue = TemplateIssue(
                .error, code: error.code.rawValue, message: error.message, hint: error.hint, at: .root, in: document)
            return try await skipped(for: [issue], store)
        } catch let error as PostgresError where error.isAboutData {
            let issue = TemplateIssue(
                .error, code: "refused", message: "PostgreSQL refuses it: \(error.message)", hint: error.hint,
                at: .root,
                in: document)
            return try await skipped(for: [issue], store)
        }
    }

    private func skipped(for more: [TemplateIssue], _ store: Store) async throws -> TemplateFileOutcome {
        let found = more.map { issue in
            var issue = issue
            issue.file = path
            return issue
        }
        let (namespace, name) = template.map { ($0.namespace, $0.name) } ?? (self.namespace, self.name)
        let known = try await store.template(namespace: namespace, name: name)
        let version = known.flatMap { try? JSON.parse($0.bytes) }?["version"]?.stringValue
        return TemplateFileOutcome(
            path: path, end: .skipped(inUse: version.map { "\(namespace)/\(name) \($0)" }),
            issues: issues + found)
    }
}

extension PostgresError {
    /// Whether it is the data that PostgreSQL has something against: a text with a NUL in it, a document that is too deep.
    fileprivate var isAboutData: Bool { ["22", "23", "54"].contains(sqlState.map { String($0.prefix(2)) }) }
}
