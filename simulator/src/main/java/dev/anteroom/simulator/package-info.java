/// The two queues before accept(2) in simulated time.
package dev.anteroom.simulator;
