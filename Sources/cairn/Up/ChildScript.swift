/// The shell script around a child of `up`.
enum ChildScript {
    /// `$1` is the log, `$2` the seconds that the child has to end when `up` itself is gone; the rest is its command.
    ///
    /// One process is the child. Another reads words from the pipe that `up` holds: `stop` asks the child to end, `kill`
    /// makes it. When the pipe ends, `up` is gone, however that came: the child is asked, twice so that it hurries, and
    /// made to if it does not.
    static let text = """
        exec 3<&0
        log=$1; grace=$2; shift 2
        "$@" </dev/null >>"$log" 2>&1 3<&- &
        child=$!
        (
            while read -r word; do
                case $word in
                    stop) kill -TERM $child ;;
                    kill) kill -KILL $child ;;
                esac
            done <&3
            kill -TERM $child
            sleep 0.2 3<&-
            kill -TERM $child
            left=$((grace * 5))
            while [ $left -gt 0 ] && kill -0 $child; do
                sleep 0.2 3<&-
                left=$((left - 1))
            done
            kill -KILL $child
        ) >/dev/null 2>&1 &
        watch=$!
        wait $child
        status=$?
        kill $watch 2>/dev/null
        exit $status
        """

    static func arguments(log: String, grace: Int, command: [String]) -> [String] {
        ["-c", text, "sh", log, String(grace)] + command
    }
}
