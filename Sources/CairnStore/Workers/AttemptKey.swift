/// One attempt of one step.
package struct AttemptKey: Sendable, Hashable {
    package let taskID: Int64
    package let stepNo: Int32
    package let attempt: Int16

    package init(taskID: Int64, stepNo: Int32, attempt: Int16) {
        self.taskID = taskID
        self.stepNo = stepNo
        self.attempt = attempt
    }
}
