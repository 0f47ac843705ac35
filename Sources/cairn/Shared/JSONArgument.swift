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
        // One byte more than may be parsed shows that there is too much, without reading all of it.
        let limit = JSONLimits().maxBytes + 1
        if argument == "-" {
            return ("standard input", (try? FileHandle.standardInput.read(upToCount: limit)) ?? Data())
        }
        guard argument.hasPrefix("@") else { return ("the argument", Data(argument.utf8)) }
        let path = String(argument.dropFirst())
        return (path, try TextFile.read(path, upTo: limit))
    }
}

/// Reads files, and says in one line why one cannot be read.
enum TextFile {
    static func read(_ path: String, upTo limit: Int) throws(CommandError) -> Data {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            return try file.read(upToCount: limit) ?? Data()
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw .input(
                "\(path) cannot be read\(exists ? "" : ": there is no such file")",
                do: "Check the path, and who may read it")
        }
    }
}
