/// Surges of connections, and servers to send them to.
package dev.anteroom.traffic;
