package dev.anteroom.cli;

import dev.anteroom.kernel.KernelException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/// The word that says where a surge goes: `HOST:PORT`, `[::1]:PORT`, or an http or https address.
///
/// @param host as it was written, without brackets
/// @param port from 1 to 65535
/// @param path what an HTTP request asks for
/// @param secure whether https was asked for
record SurgeTarget(String host, int port, String path, boolean secure) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int HIGHEST_PORT = 65_535;

    static SurgeTarget parse(String word) throws UsageException {
        try {
            boolean address = word.startsWith("http://") || word.startsWith("https://");
            URI uri = new URI(address ? word : "tcp://" + word);
            boolean secure = uri.getScheme().equals("https");
            int port = uri.getPort() >= 0 || !address ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
            String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            boolean plain = uri.getUserInfo() == null && uri.getFragment() == null;
            if (uri.getHost() != null && port > 0 && port <= HIGHEST_PORT && plain && (address || path.equals("/"))) {
                String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
                return new SurgeTarget(uri.getHost().replaceAll("[\\[\\]]", ""), port, path + query, secure);
            }
        } catch (URISyntaxException wrong) {
            // told below, as everything else that is no target
        }
        throw new UsageException(
                "surge takes HOST:PORT, [IPv6]:PORT, http://HOST/PATH or https://HOST/PATH, with a port from 1 to "
                        + HIGHEST_PORT + ", not '" + word + "'");
    }

    /// The first address that the name has.
    ///
    /// @throws KernelException if it has none
    InetSocketAddress resolve() {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException unknown) {
            throw new KernelException(
                    "cannot resolve '" + host + "': no such host; check the name, or give an address");
        }
    }

    /// What the Host header says.
    String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (secure ? HTTPS_PORT : HTTP_PORT) ? name : name + ":" + port;
    }

    /// Whether an address is one that a surge may go to without being asked twice: of this host, of a private network
    /// (RFC 1918, RFC 4193, link-local), or of the range for benchmarks (RFC 2544).
    static boolean isHarmless(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean benchmark = bytes.length == Integer.BYTES && (bytes[0] & 0xff) == 198 && (bytes[1] & 0xfe) == 18;
        boolean uniqueLocal = address instanceof Inet6Address && (bytes[0] & 0xfe) == 0xfc;
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || benchmark
                || uniqueLocal;
    }
}
