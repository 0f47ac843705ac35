/// A heap of numbers, smallest first.
struct MinHeap {
    private var items: [Int] = []

    mutating func insert(_ item: Int) {
        items.append(item)
        var child = items.count - 1
        while child > 0, items[child] < items[(child - 1) / 2] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popMin() -> Int? {
        guard let smallest = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return smallest }
        items[0] = last
        var parent = 0
        while let child = smallerChild(of: parent), items[child] < items[parent] {
            items.swapAt(parent, child)
            parent = child
        }
        return smallest
    }

    private func smallerChild(of parent: Int) -> Int? {
        let left = 2 * parent + 1
        guard left < items.count else { return nil }
        return left + 1 < items.count && items[left + 1] < items[left] ? left + 1 : left
    }
}
