import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/// Tomcat with a maximum of connections: `TomcatServer ADDRESS PORT BACKLOG MOST`.
final class TomcatServer {
    private TomcatServer() {}

    public static void main(String[] arguments) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
        Connector connector = new Connector("HTTP/1.1");
        connector.setProperty("address", arguments[0]);
        connector.setPort(Integer.parseInt(arguments[1]));
        connector.setProperty("acceptCount", arguments[2]);
        connector.setProperty("maxConnections", arguments[3]);
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "ok", new HttpServlet() {
            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                response.getWriter().println("ok");
            }
        });
        context.addServletMappingDecoded("/", "ok");
        tomcat.start();
        System.out.println("listening");
        tomcat.getServer().await();
    }
}
