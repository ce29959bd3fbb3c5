import java.net.ServerSocket;

/** Listens and never accepts. */
public class StalledServer {
    public static void main(String[] args) throws Exception {
        try (ServerSocket serverSocket = new ServerSocket(8100)) {
            while (true) {
                Thread.sleep(1000L);
            }
        }
    }
}
