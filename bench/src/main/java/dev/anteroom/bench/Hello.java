package dev.anteroom.bench;

/// The least that a JVM can be started for; what other start-up times are compared with.
final class Hello {
    private Hello() {}

    static void main() {
        System.out.println("hello");
    }
}
