/// The command line.
package dev.anteroom.cli;
