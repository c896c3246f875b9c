// Ranges as people write them, and what is asked of them.

import Plant
import Testing

@testable import Capture

@Suite("A range of addresses")
struct ScanRangeTests {
    private func names(_ text: String) throws -> [String] { try ScanRange(text).hosts.map(\.name) }

    @Test(
        "is read as people write it",
        arguments: [
            ("192.168.1.47", ["192.168.1.47"]),
            ("192.168.1.40-42", ["192.168.1.40", "192.168.1.41", "192.168.1.42"]),
            ("10.0.0.254-10.0.1.1", ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"]),
            ("192.168.1.8/30", ["192.168.1.9", "192.168.1.10"]),
            ("192.168.1.9/30", ["192.168.1.9", "192.168.1.10"]),
            ("172.16.0.4/31", ["172.16.0.4", "172.16.0.5"]),
            ("192.168.1.7/32", ["192.168.1.7"]),
            ("press-2.local", ["press-2.local"]),
            ("press-2", ["press-2"]),
            ("[fe80::1]:502", ["fe80::1"]),
            ("192.168.1.5, 192.168.1.4-5", ["192.168.1.5", "192.168.1.4"]),
            ("8.8.8.8", ["8.8.8.8"]),
        ])
    func reads(_ row: (text: String, hosts: [String])) throws {
        #expect(try names(row.text) == row.hosts)
    }

    @Test("holds 254 hosts in a /24 and 1,022 in a /22, in order")
    func sizes() throws {
        let small = try names("192.168.1.0/24")
        #expect(small.count == 254)
        #expect(small.first == "192.168.1.1")
        #expect(small.last == "192.168.1.254")
        #expect(try names("10.1.0.0/22").count == 1_022)
        #expect(try names("10.1.0.0-10.1.3.255").count == 1_024)
    }

    @Test(
        "is refused in words that name the place and the remedy",
        arguments: [
            ("", "No address stands here"), ("192.168.1.0/21", "more than 1024 addresses"),
            ("10.0.0.0-10.0.4.0", "more than 1024 addresses"),
            ("192.168.1.60-40", "before the beginning"), ("192.168.1.40-256", "no address and not"),
            ("192.168.1.300", "no address and no host name"),
            ("192.168.01.4", "no address and no host name"),
            ("8.8.8.0/24", "public internet"), ("8.8.8.1-2", "public internet"),
            ("224.0.0.1", "no device"), ("0.0.0.0/24", "no device"),
            ("http://192.168.1.4", "address of a page"), ("192.168.1.0/x", "no network"),
            ("a b", "no address, range or host name"), ("192.168.1.4:0", "no address, range"),
            ("192.168.1.4,", "No address stands here"), ("-press", "no address and no host name"),
            ("0.0.0.0/0", "more than 1024 addresses"), ("192.168.1.4/33", "no network"),
        ])
    func refuses(_ row: (text: String, says: String)) {
        let error = #expect(throws: ScanRangeError.self) { try ScanRange(row.text) }
        #expect(error?.says.contains(row.says) == true, "\(row.text): \(error?.says ?? "taken")")
        #expect(error?.remedy.isEmpty == false)
    }

    @Test("of many parts that together are too many is refused")
    func together() {
        let text = (0..<6).map { "10.0.\($0).0/24" }.joined(separator: ",")
        #expect(throws: ScanRangeError.self) { try ScanRange(text) }
    }

    @Test("is suggested from the box's own private networks")
    func suggests() {
        let ranges = ScanRange.suggestedRanges([
            NetworkInterface(name: "lo", address: "127.0.0.1", prefix: 8),
            NetworkInterface(name: "eth0", address: "192.168.7.20", prefix: 24),
            NetworkInterface(name: "eth1", address: "10.20.30.40", prefix: 16),
            NetworkInterface(name: "docker0", address: "172.17.0.1", prefix: 16),
            NetworkInterface(name: "wan0", address: "81.2.3.4", prefix: 24),
            NetworkInterface(name: "eth2", address: "192.168.7.21", prefix: 24),
        ])
        #expect(ranges.map(\.text) == ["192.168.7.0/24", "10.20.30.0/24"])
    }

    @Test("asks the usual ports, or the one that was written")
    func targets() throws {
        let plan = ScanPlan(try ScanRange("192.168.1.4"), languages: [.modbus, .http])
        #expect(
            plan.targets(of: plan.range.hosts[0]).map(\.description)
                == ["192.168.1.4:502 Modbus", "192.168.1.4:80 HTTP"])
        let written = ScanPlan(try ScanRange("127.0.0.1:5020"), languages: [.modbus, .http])
        #expect(
            written.targets(of: written.range.hosts[0]).map(\.language) == [.modbus, .http])
        let known = ScanPlan(try ScanRange("127.0.0.1:4840"))
        #expect(known.targets(of: known.range.hosts[0]).map(\.language) == [.opcua])
        let ports = ScanPlan(
            try ScanRange("10.0.0.1"), languages: [.modbus], modbusPorts: [502, 503])
        #expect(ports.targetCount == 2)
    }

    @Test("of a whole /24 takes its 2,032 questions at 20 a second when nobody answers")
    func silence() throws {
        let plan = ScanPlan(try ScanRange("192.168.1.0/24"))
        #expect(plan.targetCount == 254 * 8)
        #expect(plan.longestSilence.seconds > 101 && plan.longestSilence.seconds < 105)
    }
}
