/// Findings and the rules that lead to them.
package dev.anteroom.diagnosis;
