import CairnModel
import HTTPTypes
import Hummingbird

extension Problem {
    /// The answer.
    var response: Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Response(status: status, headers: headers, body: ResponseBody(line: json.bytes))
    }
}
