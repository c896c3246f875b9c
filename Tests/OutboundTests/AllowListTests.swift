// Where messages may go: names, addresses, ranges, and addresses in disguise.

import Testing

@testable import Outbound

@Suite struct AllowListTests {
    private func list(_ machines: [String] = [], _ own: [String] = []) -> AllowList {
        AllowList(
            servers: [ServerPlace(host: "Mail.Example.org.", port: 587)],
            machineNetworks: machines.compactMap(AddressRange.init),
            privateNetworks: own.compactMap(AddressRange.init))
    }

    private func refusal(_ list: AllowList, _ text: String) throws -> AllowList.Refusal? {
        list.refusal(of: try #require(InternetAddress(text)))
    }

    @Test func `a server is allowed by name and port, whatever the case`() {
        #expect(list().allows(ServerPlace(host: "mail.example.org", port: 587)))
        #expect(!list().allows(ServerPlace(host: "mail.example.org", port: 25)))
        #expect(!list().allows(ServerPlace(host: "mail.example.org.evil.org", port: 587)))
        #expect(ServerPlace(host: "[::1]", port: 25).description == "[::1]:25")
    }

    @Test(arguments: [
        "127.0.0.1", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0",
        "224.0.0.251", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:7f00:1", "64:ff9b::a00:1", "::10.0.0.1", "2002:0a00:0001::1", "2001:db8::1",
        "198.18.0.1",
    ])
    func `private, local and shared addresses are refused unless listed`(_ text: String) throws {
        #expect(try refusal(list(), text) == .privateAddress)
    }

    @Test(arguments: [
        "8.8.8.8", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "100.128.0.1",
    ])
    func `public addresses pass`(_ text: String) throws {
        #expect(try refusal(list(["192.168.10.0/24"]), text) == nil)
    }

    @Test func `the network of machines is refused even inside a listed network`() throws {
        let both = list(
            ["192.168.10.0/24", "fd00:10::/32", "203.0.113.7"], ["192.168.0.0/16", "fd00::/8"])
        #expect(try refusal(both, "192.168.10.255") == .machineNetwork)
        #expect(try refusal(both, "::ffff:192.168.10.1") == .machineNetwork)
        #expect(try refusal(both, "64:ff9b::c0a8:0a01") == .machineNetwork)
        #expect(try refusal(both, "fd00:10::5") == .machineNetwork)
        #expect(try refusal(both, "203.0.113.7") == .machineNetwork)
        #expect(try refusal(both, "192.168.11.1") == nil)
        #expect(try refusal(both, "fd00:11::5") == nil)
        #expect(try refusal(list(["0.0.0.0/0"]), "8.8.8.8") == .machineNetwork)
        #expect(try refusal(list(["2000::/3"]), "2606:4700::1") == .machineNetwork)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/", "::/129", "a/8", "1.2.3.4/8/8",
        "::ffff:1.2.3.4/120",
    ])
    func `what is no range is none`(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test func `an address is written as people write it`() throws {
        #expect(InternetAddress("::ffff:192.168.10.1")?.description == "192.168.10.1")
        #expect(InternetAddress("fe80::1")?.description == "fe80:0:0:0:0:0:0:1")
        #expect(InternetAddress(bytes: [1, 2, 3]) == nil)
    }

    @Test(arguments: [
        ("https://Hooks.Example.org/a?b", "https", "hooks.example.org", 443, false),
        ("https://good.org@evil.org/", "https", "evil.org", 443, true),
        ("http://0x7f.1:8080/", "http", "127.0.0.1", 8080, false),
        ("https://[::1]:8443/x", "https", "::1", 8443, false),
        ("https://evil.org\\@good.org/", "https", "", 0, false),
    ])
    func `an address is read as the library that connects reads it`(
        _ text: String, _ scheme: String, _ host: String, _ port: Int, _ hasUser: Bool
    ) {
        let address = WebAddress(text)
        guard !host.isEmpty else {
            #expect(address?.place.host != "good.org" || address?.hasUser == true)
            return
        }
        #expect(address?.scheme == scheme)
        #expect(address?.place == ServerPlace(host: host, port: port))
        #expect(address?.hasUser == hasUser)
    }
}
