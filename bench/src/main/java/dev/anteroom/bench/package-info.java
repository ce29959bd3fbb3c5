/// Measurements of this program against C, `ss` and a bare JVM.
package dev.anteroom.bench;
