/// The words of the field and its rules: listeners, limits, counters, evidence.
package dev.anteroom.queue;
