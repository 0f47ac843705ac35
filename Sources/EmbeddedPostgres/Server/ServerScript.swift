/// The shell script around the server.
enum ServerScript {
    /// `$1` is the log, `$2` a directory to delete in the end or nothing; the rest is the server's command line.
    ///
    /// One child is the server. The other reads the pipe from the program and, when that ends, stops the server (SIGINT:
    /// open transactions are rolled back); if it is still there after a while, harder (SIGQUIT).
    /// The end of the log goes to standard output, for a temporary log is gone afterwards.
    private static let text = """
        exec 3<&0
        log=$1; data=$2; shift 2
        "$@" </dev/null >>"$log" 2>&1 3<&- &
        server=$!
        (
            while read -r line; do :; done <&3
            kill -INT $server
            i=0
            while [ $i -lt 30 ] && kill -0 $server; do sleep 1 3<&-; i=$((i + 1)); done
            kill -QUIT $server
        ) >/dev/null 2>&1 &
        watch=$!
        wait $server
        status=$?
        kill $watch 2>/dev/null
        tail -n 5 -- "$log"
        if [ -n "$data" ]; then rm -rf -- "$data"; fi
        exit $status
        """

    static func arguments(for server: ServerProcess) -> [String] {
        var settings = ["logging_collector": "off", "port": "5432"]
        settings.merge(server.settings) { $1 }
        settings["listen_addresses"] = ""
        settings["unix_socket_directories"] = quoted(server.socketDirectory)
        let flags = settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        return ["-c", text, "sh", server.logPath, server.isTemporary ? server.directory.path : ""]
            + [server.binaries.postgres, "-D", server.directory.path] + flags
    }

    /// A directory in the server's list of directories, where commas separate.
    private static func quoted(_ path: String) -> String {
        "\"" + path.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
