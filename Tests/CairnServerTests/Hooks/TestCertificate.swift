/// A certificate that signs itself, of `hooks.example.test` (a name that can never exist, RFC 6761), valid until 2120.
/// Its key is no secret.
enum TestCertificate {
    static let pem = """
        -----BEGIN CERTIFICATE-----
        MIIBXTCCAQOgAwIBAgIBATAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJob29rcy5l
        eGFtcGxlLnRlc3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMB0x
        GzAZBgNVBAMMEmhvb2tzLmV4YW1wbGUudGVzdDBZMBMGByqGSM49AgEGCCqGSM49
        AwEHA0IABPid7+QzOYvFvbgVurxnFW9mqUvHQplix2wrVg4viAF2piYTA7EytG1y
        7TiUoSvclxeizQmG/TelN8yXiCGr6+WjMjAwMB0GA1UdEQQWMBSCEmhvb2tzLmV4
        YW1wbGUudGVzdDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIFYG
        VUH/loYA7NJ1HTR+aYNaDV9Gz2Cvdb4gRek5HSecAiEAj+Bc8XuhnMTvyNz8ZcaJ
        c7fvR+iRtDcDG2rLxr/zdm8=
        -----END CERTIFICATE-----
        """

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgeliRGiTEYael1DUQ
        BurVeInplWa72qlFlqg6TL/kH9ShRANCAAT4ne/kMzmLxb24Fbq8ZxVvZqlLx0KZ
        YsdsK1YOL4gBdqYmEwOxMrRtcu04lKEr3JcXos0Jhv03pTfMl4ghq+vl
        -----END PRIVATE KEY-----
        """
}
