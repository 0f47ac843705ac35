/// Builds the text of a template around the part that a test is about.
enum TemplateText {
    /// A template with these steps (JSON text) and further top-level members.
    static func with(steps: String, more: String = "") -> String {
        "{\"namespace\":\"example\",\"name\":\"t\",\"version\":\"1.0.0\",\(more)\"steps\":[\(steps)]}"
    }

    /// A template with one step that has further members.
    static func with(step more: String) -> String { with(steps: "{\"name\":\"a\",\"handler\":\"h\",\(more)}") }

    /// A template with this schema for its context.
    static func with(schema: String) -> String {
        with(steps: #"{"name":"a","handler":"h"}"#, more: "\"input_schema\":\(schema),")
    }
}
