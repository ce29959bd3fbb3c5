package dev.anteroom.simulator;

/// A queue of numbers, first in, first out.
final class IntRing {
    /// Its length is a power of two.
    private int[] numbers = new int[16];

    private int head;
    private int size;

    int size() {
        return size;
    }

    void add(int number) {
        if (size == numbers.length) {
            int[] wider = new int[size * 2];
            for (int i = 0; i < size; i++) {
                wider[i] = numbers[(head + i) & (size - 1)];
            }
            numbers = wider;
            head = 0;
        }
        numbers[(head + size) & (numbers.length - 1)] = number;
        size++;
    }

    /// The number that was added first; there must be one.
    int peek() {
        return numbers[head];
    }

    /// Takes the number that was added first; there must be one.
    int poll() {
        int number = numbers[head];
        head = (head + 1) & (numbers.length - 1);
        size--;
        return number;
    }
}
