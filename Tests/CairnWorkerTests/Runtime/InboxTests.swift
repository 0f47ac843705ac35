import Testing

@testable import CairnWorker

@Suite struct InboxTests {
    @Test func `a reader is woken by the first event`() async {
        let inbox = Inbox<Int>()
        let taken = Task { await inbox.take() }
        inbox.post(1, canWait: true)
        #expect(await taken.value == [1])
    }

    @Test func `a patient reader takes what can wait together with what cannot`() async {
        let inbox = Inbox<Int>()
        inbox.post(0, canWait: true)
        #expect(await inbox.take(patiently: false) == [0])
        inbox.post(1, canWait: true)
        let taken = Task { await inbox.take(patiently: true) }
        inbox.post(2, canWait: true)
        await Task.yield()
        inbox.post(3, canWait: true)
        inbox.post(4)
        #expect(await taken.value == [1, 2, 3, 4])
    }

    @Test func `a patient reader does not sleep on what came before and cannot wait`() async {
        let inbox = Inbox<Int>()
        inbox.post(1)
        inbox.post(2, canWait: true)
        #expect(await inbox.take(patiently: true) == [1, 2])
    }
}
