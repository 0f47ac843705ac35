/// Works out where a byte of a document is: line, column and innermost value. Used only after an error, so that the
/// fast path need not keep track.
struct JSONLocator {
    private let bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    func error(for fault: JSONFault) -> JSONError {
        let lines = LineIndex(bytes)
        let place = lines.position(of: fault.offset, in: bytes)
        return JSONError(
            code: fault.code, message: fault.message, offset: fault.offset, line: place.line, column: place.column,
            pointer: pointer(to: fault.offset))
    }

    /// The innermost value around `offset`. Everything before `offset` is known to be well formed.
    private func pointer(to offset: Int) -> JSONPointer {
        var scanner = JSONScanner(bytes)
        var path: [Step] = []
        while scanner.at < offset {
            switch scanner.current {
            case UInt8(ascii: "{"):
                path.append(.object(name: nil))
                scanner.at += 1
            case UInt8(ascii: "["):
                path.append(.array(index: 0))
                scanner.at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = path.popLast()
                scanner.at += 1
            case UInt8(ascii: ","):
                path.append((path.popLast() ?? .array(index: -1)).next)
                scanner.at += 1
            case UInt8(ascii: "\""):
                guard let string = try? scanner.scanString(), scanner.at <= offset else { return render(path) }
                if case .object(name: nil) = path.last {
                    path[path.count - 1] = .object(name: scanner.text(of: string))
                }
            default: scanner.at += 1
            }
        }
        return render(path)
    }

    private func render(_ path: [Step]) -> JSONPointer {
        path.reduce(JSONPointer.root) { pointer, step in
            switch step {
            case .array(let index): pointer.appending(index)
            case .object(let name?): pointer.appending(name)
            case .object(nil): pointer
            }
        }
    }

    private enum Step {
        case array(index: Int)
        case object(name: String?)

        var next: Step {
            switch self {
            case .array(let index): .array(index: index + 1)
            case .object: .object(name: nil)
            }
        }
    }
}
