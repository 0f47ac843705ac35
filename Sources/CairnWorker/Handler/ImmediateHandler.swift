/// A handler of ours that never waits and takes no longer than it takes to look at its input. It runs on the thread that
/// talks to the database, and so spares two switches between threads. Not for handlers of users: one that blocks would
/// hold up the whole worker.
protocol ImmediateHandler: RawStepHandler {}
