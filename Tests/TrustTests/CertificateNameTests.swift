// Names and addresses as people write them and as certificates hold them.

import Testing

@testable import Trust

@Suite struct CertificateNameTests {
    @Test(arguments: [
        ("Box.Local.", "box.local"), ("millwright", "millwright"),
        ("192.168.1.20", "192.168.1.20"), ("::1", "::1"), ("::", "::"),
        ("[FD00:0:0:0::20]", "fd00::20"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("::ffff:10.0.0.1", "::ffff:a00:1"),
        ("fe80::", "fe80::"), ("xn--mller-kva.example", "xn--mller-kva.example"),
        ("3d-printer", "3d-printer"),
    ])
    func `A name reads and shows in its usual form`(text: String, expected: String) throws {
        let name = try CertificateName(text)
        #expect(name.description == expected)
        #expect(try CertificateName(name.description) == name)
    }

    @Test(arguments: [
        "", ".", "a..b", "-a", "a-", "box:8420", "10.0.0", "10.0.0.256", "10.0.0.01", "1.2.3.4.5",
        ":::", "1::2::3", "fe80::1%eth0", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "*.example.org", "müller.example", "a b", "a/b", "http://box", "1:2:3:4:5:6:7::8",
        "1.2.3.4::", "\u{202E}box", String(repeating: "a", count: 64),
        String(repeating: "a.", count: 200), String(repeating: ":", count: 100_000),
    ])
    func `What is neither a host name nor an address is refused`(text: String) {
        let error = trustError { () throws(TrustError) in _ = try CertificateName(text) }
        guard case .badName? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        ("*.example.org", "box.example.org", true), ("*.example.org", "a.box.example.org", false),
        ("*.example.org", "example.org", false), ("box.example.org", "box.example.org", true),
        ("box.example.org", "example.org", false), ("10.0.0.1", "10.0.0.1", true),
        ("10.0.0.1", "::ffff:10.0.0.1", false),
    ])
    func `A wildcard stands for one part`(held: String, opened: String, fits: Bool) throws {
        let pattern = try #require(CertificateName.read(held, wildcards: true))
        #expect(pattern.covers(try CertificateName(opened)) == fits)
    }
}
