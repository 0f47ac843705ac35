/// A handler that every worker brings, and the settings it takes, from `config` or from `input`.
package struct StockHandler: Sendable, Hashable {
    /// A setting.
    package struct Parameter: Sendable, Hashable {
        /// Its key.
        package let name: String
        /// What value it takes.
        package let shape: Shape
        /// Whether the handler cannot run without it.
        package let isRequired: Bool
    }

    /// What value a setting takes.
    package enum Shape: Sendable, Hashable {
        /// Any JSON value.
        case anything
        /// A string.
        case string
        /// An http or https URL.
        case url
        /// One of these strings.
        case choice([String])
        /// An array of strings, not empty.
        case strings
        /// An object of strings.
        case stringMembers
        /// A duration from 0s to 30d.
        case duration
        /// A whole number from 0 to 1,000,000.
        case count
    }

    /// The prefix that only stock handlers have.
    package static let prefix = "cairn."

    /// The handler's name.
    package let name: String
    /// Its settings.
    package let parameters: [Parameter]

    /// All of them: templates are checked against this list, and a test keeps the worker's handlers in step with it.
    package static let all: [StockHandler] = [
        StockHandler(name: "cairn.echo", parameters: []),
        StockHandler(name: "cairn.sleep", parameters: [required("for", .duration)]),
        StockHandler(
            name: "cairn.fail",
            parameters: [
                optional("kind", .choice(["retryable", "permanent"])), optional("attempts", .count),
                optional("message", .string),
            ]),
        StockHandler(
            name: "cairn.http",
            parameters: [
                optional("method", .choice(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])),
                required("url", .url), optional("headers", .stringMembers), optional("body", .anything),
                optional("expect", .anything),
            ]),
        StockHandler(
            name: "cairn.process",
            parameters: [required("argv", .strings), optional("env", .stringMembers), optional("cwd", .string)]),
    ]

    /// The stock handler called `name`.
    package static func named(_ name: String) -> StockHandler? { all.first { $0.name == name } }

    private static func required(_ name: String, _ shape: Shape) -> Parameter {
        Parameter(name: name, shape: shape, isRequired: true)
    }

    private static func optional(_ name: String, _ shape: Shape) -> Parameter {
        Parameter(name: name, shape: shape, isRequired: false)
    }
}
