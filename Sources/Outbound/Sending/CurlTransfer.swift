// One transfer by libcurl's easy interface: options in, an outcome out. It blocks.

import CCurl
import Glibc
import Plant

/// libcurl is set up once, before its first use.
private let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK

/// A connection by libcurl for one transfer and no other.
///
/// Each transfer has a connection of its own, so that libcurl never repeats a request because
/// an old connection had ended.
@safe struct CurlTransfer: ~Copyable {
    private let curl: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>] = unsafe []
    private var hasFailed = false
    private let isEncrypted: Bool

    /// A transfer with the options that all have in common; nil when the box cannot.
    init?(
        _ address: WebAddress, protocols: String, times: DeliveryTimes.Pair, certificates: String?
    ) {
        guard isLibraryReady, let curl = unsafe curl_easy_init() else { return nil }
        unsafe self.curl = curl
        isEncrypted = address.scheme == "https" || address.scheme == "smtps"
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        set(CURLOPT_URL, address.text)
        set(CURLOPT_PROTOCOLS_STR, protocols)
        set(CURLOPT_FOLLOWLOCATION, 0)
        // Proxies of the environment would go around the check of addresses.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FRESH_CONNECT, 1)
        set(CURLOPT_FORBID_REUSE, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, times.connect)
        set(CURLOPT_TIMEOUT_MS, times.total)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if let certificates { set(CURLOPT_CAINFO, certificates) }
        note(unsafe ccurl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText))
    }

    deinit {
        unsafe curl_easy_cleanup(curl)
        for index in unsafe lists.indices { unsafe curl_slist_free_all(lists[index]) }
        unsafe errorText.deallocate()
    }

    /// Sends an e-mail.
    mutating func mail(_ mail: MailText, _ settings: EmailSettings, _ run: TransferRun) {
        let use: curl_usessl =
            switch settings.security {
            case .startTLS: CURLUSESSL_ALL
            // A password never crosses an open line.
            case .startTLSIfOffered: settings.credentials == nil ? CURLUSESSL_TRY : CURLUSESSL_ALL
            case .tls, .none: CURLUSESSL_NONE
            }
        set(CURLOPT_USE_SSL, Int(use.rawValue))
        if let credentials = settings.credentials {
            set(CURLOPT_USERNAME, credentials.user)
            set(CURLOPT_PASSWORD, credentials.password.revealed)
            let options =
                switch settings.signIn {
                case .automatic: "AUTH=PLAIN;AUTH=LOGIN"
                case .plain: "AUTH=PLAIN"
                case .login: "AUTH=LOGIN"
                }
            set(CURLOPT_LOGIN_OPTIONS, options)
        }
        set(CURLOPT_MAIL_FROM, "<\(mail.sender)>")
        set(CURLOPT_MAIL_RCPT, list: mail.recipients.map { "<\($0)>" })
        set(CURLOPT_UPLOAD, 1)
        note(unsafe ccurl_set_size(curl, CURLOPT_INFILESIZE_LARGE, curl_off_t(mail.bytes.count)))
        set(CURLOPT_VERBOSE, 1)
        perform(run)
    }

    /// Sends a post.
    mutating func post(_ request: PostRequest, _ run: TransferRun) {
        set(CURLOPT_POST, 1)
        note(
            unsafe ccurl_set_size(
                curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_USERAGENT, "Millwright")
        // Without a wait for leave to send, which few servers give.
        set(CURLOPT_HTTPHEADER, list: request.header + ["Expect:"])
        perform(run)
    }

    /// What was seen, once the transfer is over.
    func outcome(_ run: TransferRun) -> TransferOutcome {
        var outcome = run.seen
        outcome.code = result
        outcome.words = unsafe String(cString: errorText)
        outcome.systemError = number(CURLINFO_OS_ERRNO)
        outcome.verification = number(CURLINFO_SSL_VERIFYRESULT)
        outcome.status = number(CURLINFO_RESPONSE_CODE)
        var size: curl_off_t = 0
        if unsafe ccurl_get_size(curl, CURLINFO_RETRY_AFTER, &size) == CURLE_OK {
            outcome.askedSeconds = Int64(size)
        }
        size = 0
        let whenConnected = isEncrypted ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T
        if unsafe ccurl_get_size(curl, whenConnected, &size) == CURLE_OK, size > 0 {
            outcome.isConnected = true
        }
        var text: UnsafePointer<CChar>?
        if unsafe ccurl_get_text(curl, CURLINFO_REDIRECT_URL, &text) == CURLE_OK,
            let text = unsafe text
        {
            let target = unsafe WebAddress(String(cString: text))
            outcome.redirect = target.map { "\($0.scheme)://\($0.place)" } ?? "another address"
        }
        return outcome
    }

    private var result: UInt32 = 0

    private mutating func perform(_ run: TransferRun) {
        guard !hasFailed else {
            result = CURLE_FAILED_INIT.rawValue
            return
        }
        let context = unsafe Unmanaged.passUnretained(run).toOpaque()
        for option in [
            CURLOPT_READDATA, CURLOPT_WRITEDATA, CURLOPT_OPENSOCKETDATA, CURLOPT_DEBUGDATA,
            CURLOPT_XFERINFODATA,
        ] { note(unsafe ccurl_set_pointer(curl, option, context)) }
        setCallbacks()
        set(CURLOPT_NOPROGRESS, 0)
        let code = unsafe curl_easy_perform(curl)
        result = hasFailed ? CURLE_FAILED_INIT.rawValue : code.rawValue
        withExtendedLifetime(run) {}
    }

    private mutating func setCallbacks() {
        note(
            unsafe ccurl_on_bytes(curl, CURLOPT_READFUNCTION) { bytes, size, count, context in
                guard let bytes = unsafe bytes, let run = unsafe TransferRun.at(context) else {
                    return Int(CURL_READFUNC_ABORT)
                }
                return unsafe run.read(
                    into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
            })
        note(
            unsafe ccurl_on_bytes(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let run = unsafe TransferRun.at(context) else { return 0 }
                let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                return unsafe run.keep(buffer) ? size * count : 0
            })
        note(
            unsafe ccurl_on_open(curl) { context, _, address in
                guard let run = unsafe TransferRun.at(context), let address = unsafe address else {
                    return CURL_SOCKET_BAD
                }
                return unsafe run.open(address)
            })
        note(
            unsafe ccurl_on_trace(curl) { _, kind, bytes, count, context in
                guard let run = unsafe TransferRun.at(context) else { return 0 }
                let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
                if kind == CURLINFO_HEADER_OUT { unsafe run.followCommand(buffer) }
                if kind == CURLINFO_HEADER_IN { unsafe run.followReply(buffer) }
                return 0
            })
        note(
            unsafe ccurl_on_progress(curl) { context, _, _, _, _ in
                unsafe TransferRun.at(context)?.isToEnd == true ? 1 : 0
            })
    }

    private mutating func set(_ option: CURLoption, _ text: String) {
        note(unsafe ccurl_set_text(curl, option, text))
    }

    private mutating func set(_ option: CURLoption, _ number: Int) {
        note(unsafe ccurl_set_number(curl, option, number))
    }

    private mutating func set(_ option: CURLoption, _ time: Elapsed) {
        set(option, Int(max(1, time.nanoseconds / 1_000_000)))
    }

    private mutating func set(_ option: CURLoption, list texts: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for text in texts {
            guard let longer = unsafe curl_slist_append(list, text) else {
                hasFailed = true
                break
            }
            unsafe list = longer
        }
        guard let list = unsafe list else { return }
        unsafe lists.append(list)
        note(unsafe ccurl_set_list(curl, option, list))
    }

    /// An option that was not taken means that nothing is sent.
    private mutating func note(_ code: CURLcode) {
        if code != CURLE_OK { hasFailed = true }
    }

    private func number(_ which: CURLINFO) -> Int {
        var value = 0
        return unsafe ccurl_get_number(curl, which, &value) == CURLE_OK ? value : 0
    }
}

extension TransferRun {
    /// The run that libcurl hands back.
    fileprivate static func at(_ context: UnsafeMutableRawPointer?) -> TransferRun? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<TransferRun>.fromOpaque(context).takeUnretainedValue()
    }
}
