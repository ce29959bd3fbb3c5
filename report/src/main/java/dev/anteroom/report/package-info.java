/// What the user reads.
package dev.anteroom.report;
