/// The two queues in simulated time, and the limit that a surge needs.
package dev.anteroom.simulator;
