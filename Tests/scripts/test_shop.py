"""The example shop as a program: its answers, its ledger, its faults, its end.

Needs a built example-shop: the debug build, or the file that EXAMPLE_SHOP names.
"""

import json
import os
import re
import signal
import socket
import subprocess
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOP = Path(os.environ.get("EXAMPLE_SHOP", ROOT / ".build" / "debug" / "example-shop"))

ORDER = {
    "order_id": "A-1",
    "customer_email": "ada@example.com",
    "items": [
        {"sku": "STONE-1", "quantity": 3, "unit_price": 0.1},
        {"sku": "STONE-2", "quantity": 1, "unit_price": 19.99},
    ],
}
SHIPMENT = {"order_id": "A-1", "reservation_id": "res-1", "authorisation_id": "auth-2"}


@unittest.skipUnless(SHOP.exists(), f"{SHOP} is not built: swift build --product example-shop")
class ShopTests(unittest.TestCase):
    def setUp(self):
        self.shop = subprocess.Popen([SHOP, "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        line = self.shop.stdout.readline()
        self.port = int(re.fullmatch(r"example-shop listens on http://127\.0\.0\.1:(\d+)\n", line)[1])

    def stop(self):
        self.shop.kill()
        self.shop.wait()
        self.shop.stdout.close()

    def call(self, path, body=None, key=None):
        """(status, headers, parsed body) of a GET, or of a POST when there is a body."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, json.load(answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers, json.load(answer)

    def effects(self, query=""):
        return self.call("/ledger" + query)[2]["count"]

    def test_an_error_is_readable_as_it_is_sent(self):
        self.call("/faults", {"path": "/shipments"})
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/shipments", data=b"{}", headers={"Idempotency-Key": "k"}
        )
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        with refused.exception as answer:
            self.assertIn("told to fail by POST /faults", answer.read().decode())

    def test_an_answer_ends_its_line(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ledger", timeout=10) as answer:
            self.assertTrue(answer.read().endswith(b"}\n"))

    def test_an_order_goes_through(self):
        self.assertEqual(self.call("/health")[2], {"status": "ok"})
        _, _, valid = self.call("/validate", ORDER, "1.validate")
        self.assertEqual(valid, {"order_id": "A-1", "pieces": 4, "total": 20.29}, "decimals are added exactly")
        lines = [{"sku": item["sku"], "quantity": item["quantity"]} for item in ORDER["items"]]
        _, _, stock = self.call("/stock/reserve", {"order_id": "A-1", "items": lines}, "1.reserve_stock")
        self.assertEqual(stock["pieces"], 4)
        _, _, money = self.call("/payments/authorise", {"order_id": "A-1", "amount": valid["total"]}, "1.pay")
        self.assertEqual(money["amount"], 20.29)
        shipment = {
            "order_id": "A-1",
            "reservation_id": stock["reservation_id"],
            "authorisation_id": money["authorisation_id"],
        }
        status, _, shipped = self.call("/shipments", shipment, "1.ship")
        self.assertEqual(status, 200)
        mail = {"order_id": "A-1", "email": "ada@example.com", "tracking_code": shipped["tracking_code"]}
        self.assertEqual(self.call("/notifications", mail, "1.notify")[0], 200)
        ledger = self.call("/ledger")[2]
        self.assertEqual(
            [entry["path"] for entry in ledger["entries"]],
            ["/validate", "/stock/reserve", "/payments/authorise", "/shipments", "/notifications"],
        )
        self.assertEqual(self.effects("?order_id=A-1"), 5)
        self.assertEqual(self.effects("?order_id=A-1&path=/shipments"), 1)
        self.assertEqual(self.effects("?order_id=B"), 0)

    def test_the_same_key_is_one_effect_and_one_answer(self):
        first = self.call("/shipments", SHIPMENT, "1.ship")
        again = self.call("/shipments", SHIPMENT, "1.ship")
        self.assertEqual(first[2], again[2])
        self.assertEqual(self.effects(), 1)
        status, _, refused = self.call("/shipments", {**SHIPMENT, "order_id": "B"}, "1.ship")
        self.assertEqual(status, 422)
        self.assertIn("another request", refused["error"]["message"])
        self.assertEqual(self.effects(), 1)

    def test_it_fails_when_told_to_and_then_recovers(self):
        fault = {"path": "/shipments", "times": 2, "status": 503, "retry_after": 1}
        self.assertEqual(self.call("/faults", fault)[0], 201)
        for _ in range(2):
            status, headers, _ = self.call("/shipments", SHIPMENT, "1.ship")
            self.assertEqual((status, headers["Retry-After"]), (503, "1"))
        self.assertEqual(self.effects(), 0)
        self.assertEqual(self.call("/shipments", SHIPMENT, "1.ship")[0], 200)
        self.assertEqual(self.effects(), 1)

    def test_a_lost_answer_is_one_effect_all_the_same(self):
        self.call("/faults", {"path": "/shipments", "status": 500, "after_effect": True})
        self.assertEqual(self.call("/shipments", SHIPMENT, "1.ship")[0], 500)
        self.assertEqual(self.call("/shipments", SHIPMENT, "1.ship")[0], 200)
        self.assertEqual(self.effects(), 1)

    def test_refusals_say_why_and_leave_no_mark(self):
        refused = [
            ("/shipments", SHIPMENT, None, 400, "Idempotency-Key"),
            ("/stock/reserve", {"order_id": "A", "items": [{"sku": "SOLD-OUT-1", "quantity": 1}]}, "k", 409, "sold out"),
            ("/payments/authorise", {"order_id": "A", "amount": 10000.01}, "k", 402, "above the limit"),
            ("/validate", {**ORDER, "items": []}, "k", 422, "empty"),
            ("/validate", {**ORDER, "items": [{"sku": "a", "quantity": 0, "unit_price": 1}]}, "k", 422, "quantity"),
            ("/validate", {**ORDER, "items": [{"sku": "a", "quantity": 1, "unit_price": 0.001}]}, "k", 422, "decimals"),
            ("/validate", {"order_id": "A-1"}, "k", 400, "customer"),
            ("/faults", {"path": "/nowhere"}, None, 400, "/shipments"),
            ("/faults", {"path": "/shipments", "status": 200}, None, 400, "status"),
        ]
        for path, body, key, expected, why in refused:
            with self.subTest(path=path, body=body):
                status, _, answer = self.call(path, body, key)
                self.assertEqual(status, expected)
                self.assertIn(why, answer["error"]["message"])
        self.assertEqual(self.effects(), 0)

    def test_a_taken_port_is_said_plainly(self):
        second = subprocess.run([SHOP, "--port", str(self.port)], capture_output=True, text=True, timeout=20)
        self.assertEqual(second.returncode, 1)
        self.assertIn(f"127.0.0.1:{self.port} is taken", second.stderr)
        self.assertEqual(len(second.stderr.splitlines()), 2)

    def test_signals_end_it_cleanly_even_with_an_open_connection(self):
        with socket.create_connection(("127.0.0.1", self.port)):
            self.shop.send_signal(signal.SIGTERM)
            self.assertEqual(self.shop.wait(timeout=10), 0)


if __name__ == "__main__":
    unittest.main()
