import Foundation
import HTTPTypes
import Hummingbird

/// A context whose only particular is the JSON that the shop speaks (snake_case).
struct ShopContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var requestDecoder: JSONDecoder { Wire.decoder }
    var responseEncoder: JSONEncoder { Wire.encoder }

    init(source: Source) {
        self.coreContext = .init(source: source)
    }
}

/// Every route of the shop. The five that do something share `effect`.
func buildRouter(shop: Shop) -> Router<ShopContext> {
    let router = Router(context: ShopContext.self)

    router.get("/health") { _, _ in Wire.response(Data(#"{"status":"ok"}"#.utf8)) }

    router.get("/ledger") { request, _ in
        let query = request.uri.queryParameters
        let ledger = shop.ledger(order: query["order_id"].map(String.init), path: query["path"].map(String.init))
        return Wire.response(try Wire.encoder.encode(ledger))
    }

    router.post("/faults") { request, context in
        let fault = try await request.decode(as: Fault.self, context: context)
        try check(fault)
        shop.add(fault)
        return Wire.response(try Wire.encoder.encode(fault), status: .created)
    }

    router.effect("/validate", shop: shop) { (order: Validation.Request, _) in
        try total(of: order)
    }

    router.effect("/stock/reserve", shop: shop) { (order: Reservation.Request, id) in
        if let gone = order.items.first(where: { $0.sku.hasPrefix("SOLD-OUT") }) {
            throw HTTPError(.conflict, message: "\(gone.sku) is sold out")
        }
        return Reservation.Answer(reservationId: "res-\(id)", pieces: order.items.reduce(0) { $0 + $1.quantity })
    }

    router.effect("/payments/authorise", shop: shop) { (payment: Payment.Request, id) in
        guard payment.amount <= creditLimit else {
            throw HTTPError(
                .init(code: 402, reasonPhrase: "Payment Required"),
                message: "declined: \(payment.amount) is above the limit of \(creditLimit)")
        }
        return Payment.Answer(authorisationId: "auth-\(id)", amount: payment.amount)
    }

    router.effect("/shipments", shop: shop) { (_: Shipment.Request, id) in
        Shipment.Answer(shipmentId: "ship-\(id)", trackingCode: "CAIRN-\(100_000 + id)")
    }

    router.effect("/notifications", shop: shop) { (_: Notification.Request, id) in
        Notification.Answer(notificationId: "mail-\(id)")
    }
    return router
}

/// Payments above this are declined, so that a refusal can be shown with an order alone.
private let creditLimit: Decimal = 10_000

/// What the order costs; refuses amounts that no shop could charge.
private func total(of order: Validation.Request) throws -> Validation.Answer {
    guard !order.items.isEmpty else { throw HTTPError(.unprocessableContent, message: "items: the order is empty") }
    var (pieces, total) = (0, Decimal.zero)
    for (index, item) in order.items.enumerated() {
        guard (1...10_000).contains(item.quantity) else {
            throw HTTPError(.unprocessableContent, message: "items[\(index)].quantity must be from 1 to 10000")
        }
        guard item.unitPrice >= 0, item.unitPrice.exponent >= -2 else {
            throw HTTPError(
                .unprocessableContent, message: "items[\(index)].unit_price must be positive with at most two decimals")
        }
        pieces += item.quantity
        total += item.unitPrice * Decimal(item.quantity)
    }
    return Validation.Answer(orderId: order.orderId, pieces: pieces, total: total)
}

private let faultyPaths = ["/validate", "/stock/reserve", "/payments/authorise", "/shipments", "/notifications"]

private func check(_ fault: Fault) throws {
    guard faultyPaths.contains(fault.path) else {
        throw HTTPError(.badRequest, message: "path must be one of \(faultyPaths.joined(separator: ", "))")
    }
    guard (400...599).contains(fault.status ?? 503) else {
        throw HTTPError(.badRequest, message: "status must be from 400 to 599")
    }
    guard (1...1_000_000).contains(fault.times ?? 1), (0...3600).contains(fault.retryAfter ?? 0),
        (0...600_000).contains(fault.delayMs ?? 0)
    else {
        throw HTTPError(
            .badRequest, message: "times must be from 1, retry_after from 0 to 3600, delay_ms from 0 to 600000")
    }
}

extension Router<ShopContext> {
    /// A POST that has an effect: needs an `Idempotency-Key`, happens once per key, and fails when told to.
    fileprivate func effect<Request: OrderRequest>(
        _ path: String, shop: Shop,
        work: @escaping @Sendable (Request, Int) throws -> any Encodable
    ) {
        post(RouterPath(path)) { request, context in
            guard let name = HTTPField.Name("Idempotency-Key"), let key = request.headers[name], !key.isEmpty else {
                throw HTTPError(.badRequest, message: "the Idempotency-Key header is missing")
            }
            let fault = shop.nextFault(path: path)
            if let delay = fault?.delayMs { try await Task.sleep(for: .milliseconds(delay)) }
            if let fault, fault.afterEffect != true { try fail(fault) }
            let body = try await request.decode(as: Request.self, context: context)
            let answer = try shop.once(path: path, key: key, request: body, at: .now) { try work(body, $0) }
            if let fault { try fail(fault) }
            return Wire.response(answer)
        }
    }
}

/// Throws what the fault says; one that only delays throws nothing.
private func fail(_ fault: Fault) throws {
    if fault.status == nil, fault.delayMs != nil { return }
    var headers = HTTPFields()
    if let seconds = fault.retryAfter { headers[.retryAfter] = "\(seconds)" }
    throw HTTPError(.init(code: fault.status ?? 503), headers: headers, message: "told to fail by POST /faults")
}
