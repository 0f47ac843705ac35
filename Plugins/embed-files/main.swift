// embed-files OUTPUT FILE...: writes a Swift file with the name and text of each file.
// A raw string literal keeps the text as it is; `"####` would end it early, and is refused.

import Foundation

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else {
    FileHandle.standardError.write(Data("usage: embed-files OUTPUT FILE...\n".utf8))
    exit(2)
}

var source =
    "// Written by the EmbedFiles plugin. Do not edit.\n\nlet embeddedFiles: [(name: String, text: String)] = [\n"
for path in arguments.dropFirst() {
    let url = URL(fileURLWithPath: path)
    let text = try String(contentsOf: url, encoding: .utf8)
    let name = url.pathComponents.suffix(2).joined(separator: "/")
    guard !text.contains("\"####") else {
        FileHandle.standardError.write(Data("\(path): the character sequence \"#### cannot be embedded\n".utf8))
        exit(1)
    }
    source += "    (\"\(name)\", ####\"\"\"\n\(text)\n\"\"\"####),\n"
}
source += "]\n"
// SwiftPM runs this again whenever a variable of its environment has changed. A file that stays as it was keeps everything
// that depends on it from being compiled again.
if (try? String(contentsOfFile: output, encoding: .utf8)) != source {
    try source.write(toFile: output, atomically: true, encoding: .utf8)
}
