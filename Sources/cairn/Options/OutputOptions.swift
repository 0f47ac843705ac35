import ArgumentParser

/// How to write the output.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Write JSON for machines.")
    var json = false

    var printer: Printer { Printer(isJSON: json) }
}
