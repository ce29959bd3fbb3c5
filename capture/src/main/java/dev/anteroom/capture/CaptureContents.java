package dev.anteroom.capture;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a capture file held.
///
/// @param name of the file
/// @param format `pcap` or `pcapng`, and whether it is compressed
/// @param links how many packets were seen on each kind of link
/// @param packets how many packets it held
/// @param notIp how many of them were neither IPv4 nor IPv6, or on a kind of link that is not known
/// @param damage why the rest of it could not be read, with the offset (of what it unpacks to if it is compressed);
///     empty if all of it was
public record CaptureContents(
        String name, String format, SortedMap<String, Long> links, long packets, long notIp, Optional<String> damage) {

    public CaptureContents {
        links = Collections.unmodifiableSortedMap(new TreeMap<>(links));
    }
}
