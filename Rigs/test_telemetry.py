"""Metrics to an OpenTelemetry collector: the body is what the protocol says, and nothing else leaves."""

import http.server
import json
import threading

from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)

from box import wait_until


class Collector:
    """A collector that keeps what it was sent; `status` is what it answers."""

    def __init__(self):
        self.calls, self.status = [], 200
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.calls.append((self.path, dict(self.headers), body))
                self.send_response(collector.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def started(make_claimed_box, settings="", **environment):
    """A box that sends every second."""
    box = make_claimed_box(settings=settings)
    box.environment.update({"OTEL_METRIC_EXPORT_INTERVAL": "1000", **environment})
    box.start()
    return box


def test_metrics_reach_a_collector_in_the_form_of_the_protocol(make_claimed_box):
    collector = Collector()
    box = started(
        make_claimed_box, f'[telemetry]\notlp = "{collector.address}"\n',
        OTEL_EXPORTER_OTLP_HEADERS="x-site=hall%201")  # fmt: skip
    box.write("m a=1 1700000000000000000")
    wait_until(lambda: len(collector.calls) >= 2, 20, "two sendings")
    path, headers, body = collector.calls[-1]
    assert path == "/v1/metrics" and headers["x-site"] == "hall 1"
    request = json_format.Parse(body, ExportMetricsServiceRequest())
    resource = request.resource_metrics[0]
    named = {a.key: a.value.string_value for a in resource.resource.attributes}
    assert named["service.name"] == "millwright"
    metrics = {m.name: m for m in resource.scope_metrics[0].metrics}
    assert metrics["millwright.recording"].gauge.data_points[0].as_double == 1
    taken = metrics["millwright.samples_taken_total"].sum
    assert taken.is_monotonic and taken.aggregation_temporality == 2
    assert sum(p.as_double for p in taken.data_points) >= 1
    assert taken.data_points[0].start_time_unix_nano < taken.data_points[0].time_unix_nano
    # The same figures as /metrics, under the same names.
    told = {line.split()[2] for line in box.get("/metrics", accept="text/plain").text.splitlines()
            if line.startswith("# TYPE")}  # fmt: skip
    assert {name.replace("millwright.", "millwright_", 1) for name in metrics} <= told


def test_the_standard_names_of_the_environment_are_honoured(make_claimed_box):
    collector = Collector()
    started(
        make_claimed_box, OTEL_EXPORTER_OTLP_ENDPOINT=collector.address,
        OTEL_SERVICE_NAME="hall-1")  # fmt: skip
    wait_until(lambda: collector.calls, 20, "a sending")
    assert b'"hall-1"' in collector.calls[0][2]


def test_a_collector_that_refuses_is_said_once_and_costs_nothing(make_claimed_box):
    collector = Collector()
    collector.status = 503
    box = started(make_claimed_box, f'[telemetry]\notlp = "{collector.address}"\n')
    wait_until(lambda: len(collector.calls) >= 3, 20, "three tries")
    log = box.log_path.read_text()
    assert log.count("the collector answered 503") == 1
    collector.status = 200
    wait_until(lambda: "telemetry: sent again" in box.log_path.read_text(), 20, "the end of it")
    assert box.get("/readyz").status == 200


def test_nothing_is_sent_when_nothing_is_set(make_claimed_box):
    collector = Collector()
    box = started(make_claimed_box, OTEL_SDK_DISABLED="true",
                  OTEL_EXPORTER_OTLP_ENDPOINT=collector.address)  # fmt: skip
    box.write("m a=1")
    wait_until(lambda: box.get("/readyz").status == 200, 10, "the box")
    assert json.loads(box.get("/api/v1/about").body)["is_ready"]
    assert collector.calls == []
