import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A small HTTP server as people write it: one thread accepts, ten answer. */
public class PoolServer {
    public static void main(String[] args) {
        ExecutorService executorService = Executors.newFixedThreadPool(10);
        try (ServerSocket serverSocket = new ServerSocket(8100)) {
            while (true) {
                Socket socket = serverSocket.accept();
                executorService.submit(() -> handle(socket));
            }
        } catch (Exception e) {
            e.printStackTrace();
        }
    }

    private static void handle(Socket socket) {
        try {
            BufferedReader input = new BufferedReader(new InputStreamReader(socket.getInputStream()));
            String line = input.readLine();
            while (line != null && !line.isEmpty()) { // unread bytes would turn the close into a reset
                line = input.readLine();
            }
            PrintWriter writer = new PrintWriter(socket.getOutputStream(), true);
            writer.println("HTTP/1.1 200 OK");
            writer.println("Content-Type: text/plain");
            writer.println("Connection: close");
            writer.println();
            writer.println("Hello, world!");
            writer.close();
            input.close();
        } catch (Exception e) {
            e.printStackTrace();
        }
    }
}
