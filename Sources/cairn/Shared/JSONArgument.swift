import CairnModel
import Foundation

/// JSON on the command line: the text itself, `@file`, or `-` for standard input.
enum JSONArgument {
    static func read(_ argument: String) throws(CommandError) -> JSON {
        let (source, bytes) = try bytes(argument)
        do {
            return try JSON.parse(bytes)
        } catch {
            throw .input(
                "\(source):\(error.line):\(error.column): \(error.message)",
                do: "Give valid JSON: as text in quotes, as @file, or as - for standard input")
        }
    }

    private static func bytes(_ argument: String) throws(CommandError) -> (source: String, bytes: Data) {
        if argument == "-" {
            return ("standard input", (try? FileHandle.standardInput.readToEnd()) ?? Data())
        }
        guard argument.hasPrefix("@") else { return ("the argument", Data(argument.utf8)) }
        let path = String(argument.dropFirst())
        return (path, try TextFile.read(path))
    }
}

/// Reads files, and says in one line why one cannot be read.
enum TextFile {
    static func read(_ path: String) throws(CommandError) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw .input(
                "\(path) cannot be read\(exists ? "" : ": there is no such file")",
                do: "Check the path, and who may read it")
        }
    }
}
