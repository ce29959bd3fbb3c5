package dev.anteroom.remedy;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// The connectors of a Tomcat server.xml. External entities and document types are not followed.
final class TomcatXml {
    private static final int DEFAULT = 100;

    private TomcatXml() {}

    static List<ConfigFinding> check(String file, String text, long somaxconn) {
        List<ConfigFinding> findings = new ArrayList<>();
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        int line = 1;
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
            while (reader.hasNext()) {
                line = reader.getLocation().getLineNumber();
                if (reader.next() == XMLStreamConstants.START_ELEMENT
                        && reader.getLocalName().equals("Connector")) {
                    findings.add(connector(file, line, reader, somaxconn));
                }
            }
        } catch (XMLStreamException broken) {
            int at = broken.getLocation() == null ? line : broken.getLocation().getLineNumber();
            findings.add(ConfigFinding.unreadable(file, at, "no XML from here on"));
        }
        return findings;
    }

    private static ConfigFinding connector(String file, int line, XMLStreamReader reader, long somaxconn) {
        String port = reader.getAttributeValue(null, "port");
        String subject = "Connector" + (port == null ? "" : " port " + port);
        String count = reader.getAttributeValue(null, "acceptCount");
        if (count == null) {
            return ConfigFinding.defaulted(
                    file, line, subject, DEFAULT, somaxconn, "acceptCount=\"" + somaxconn + "\" in this Connector");
        }
        try {
            return ConfigFinding.written(file, line, subject, Integer.parseInt(count.strip()), somaxconn);
        } catch (NumberFormatException notANumber) {
            return ConfigFinding.unreadable(file, line, "acceptCount='" + count + "' is no number");
        }
    }
}
