import CairnModel
import HTTPTypes
import Hummingbird
import Postgres

extension Response {
    /// JSON that the database wrote.
    static func json(_ text: JSONText, status: HTTPResponse.Status = .ok, location: String? = nil) -> Response {
        bytes(text.compact, type: "application/json", status: status, location: location)
    }

    /// JSON that the server wrote.
    static func json(_ value: JSON, status: HTTPResponse.Status = .ok, location: String? = nil) -> Response {
        bytes(value.bytes, type: "application/json", status: status, location: location)
    }

    /// An object that the database wrote, with one more member before its own.
    static func json(_ object: JSONText, with name: String, _ value: JSON) -> Response {
        bytes(Array("{\"\(name)\":\(value.text),".utf8) + object.compact.dropFirst(), type: "application/json")
    }

    /// A list that the database wrote, as the one member of an object.
    static func json(_ list: JSONText, named name: String) -> Response {
        bytes(Array("{\"\(name)\":".utf8) + list.compact + Array("}".utf8), type: "application/json")
    }

    /// Text of any kind.
    static func bytes(
        _ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok, location: String? = nil
    ) -> Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-store"]
        if let location { headers[.location] = location }
        return Response(status: status, headers: headers, body: ResponseBody(line: bytes))
    }
}

extension JSONText {
    /// Without white space between its tokens, as the server itself writes JSON: PostgreSQL's functions have three ways
    /// of spacing, by how a text came about.
    var compact: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
            var isInString = false
            var isEscaped = false
            for byte in bytes {
                if isInString {
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInString = false
                    }
                } else if byte == 0x20 || (0x09...0x0D).contains(byte) {
                    continue
                } else if byte == UInt8(ascii: "\"") {
                    isInString = true
                }
                buffer[count] = byte
                count += 1
            }
        }
    }
}

extension ResponseBody {
    /// Text with a newline at its end, so that what curl shows in a terminal does not run into the prompt.
    init(line bytes: [UInt8]) {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(bytes.count + 1)
        buffer.writeBytes(bytes)
        if bytes.last != UInt8(ascii: "\n") { buffer.writeInteger(UInt8(ascii: "\n")) }
        self.init(byteBuffer: buffer)
    }
}
