import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A server with so much in its heap that a collection takes long: `PausedServer ADDRESS PORT BACKLOG MEGABYTES`. It
/// asks for one for each byte of its standard input, and answers requests on virtual threads.
final class PausedServer {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n".getBytes(StandardCharsets.US_ASCII);
    private static final int NODE_BYTES = 24;

    /// What a collector marks one after the other.
    private record Node(Node next, Node first) {}

    private static Node all;

    private PausedServer() {}

    public static void main(String[] arguments) throws Exception {
        long nodes = Long.parseLong(arguments[3]) * 1_000_000 / NODE_BYTES;
        Node[] heads = new Node[64];
        for (long i = 0; i < nodes; i++) {
            int head = (int) (i * 31 % heads.length);
            heads[head] = new Node(heads[head], null);
        }
        for (Node head : heads) {
            all = new Node(all, head);
        }
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(
                    new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])),
                    Integer.parseInt(arguments[2]));
            System.out.println("listening");
            Thread.ofPlatform().daemon().start(PausedServer::collect);
            while (true) {
                Socket socket = listener.accept();
                Thread.startVirtualThread(() -> serve(socket));
            }
        }
    }

    private static void collect() {
        try {
            while (System.in.read() >= 0) {
                System.gc();
            }
        } catch (IOException closed) {
            System.out.println(closed);
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] request = new byte[65536];
            while (in.read(request) >= 0) {
                socket.getOutputStream().write(ANSWER);
            }
        } catch (IOException gone) {
            System.out.println(gone);
        }
    }
}
