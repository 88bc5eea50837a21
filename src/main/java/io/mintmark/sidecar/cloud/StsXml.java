package io.mintmark.sidecar.cloud;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads a small document of the Security Token Service: the texts by the path of their element. */
final class StsXml {
  private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
  static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_]{16,128}");
  static final Pattern VALUE = Pattern.compile("[\\x21-\\x7E]{1,32768}");
  static final Pattern CODE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9+/_=.-]{40,}");
  private static final int MAX_DEPTH = 8;
  private static final int MAX_ELEMENTS = 64;
  private static final int MAX_MESSAGE = 256;
  private static final XMLInputFactory XML = factory();

  private StsXml() {}

  /** What no answer of the service holds. */
  static final class Unacceptable extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** The JDK's own, whatever else is on the class path. */
  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("nothing outside is read");
        });
    return factory;
  }

  static Map<String, String> read(byte[] body) throws XMLStreamException, Unacceptable {
    Map<String, String> texts = new HashMap<>();
    Deque<String> path = new ArrayDeque<>();
    StringBuilder text = new StringBuilder();
    XMLStreamReader reader = XML.createXMLStreamReader(new ByteArrayInputStream(body), "UTF-8");
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          enter(reader, path);
          text.setLength(0);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.SPACE ->
            text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          leave(path, text.toString().strip(), texts);
          text.setLength(0);
        }
        case XMLStreamConstants.END_DOCUMENT, XMLStreamConstants.COMMENT -> {}
        // a document type, an entity, a processing instruction
        default -> throw new Unacceptable();
      }
    }
    return texts;
  }

  private static void enter(XMLStreamReader reader, Deque<String> path) throws Unacceptable {
    boolean ours = NAMESPACE.equals(reader.getNamespaceURI());
    if (!ours || path.size() >= MAX_DEPTH) {
      throw new Unacceptable();
    }
    String parent = path.isEmpty() ? "" : path.getLast() + "/";
    path.addLast(parent + reader.getLocalName());
  }

  private static void leave(Deque<String> path, String text, Map<String, String> texts)
      throws Unacceptable {
    boolean twice = texts.put(path.removeLast(), text) != null;
    if (twice || texts.size() > MAX_ELEMENTS) {
      throw new Unacceptable();
    }
  }

  /** Printable and short; a word that could be a token is withheld. */
  static String harmless(String message) {
    String printable =
        LONG_WORD
            .matcher(message.replaceAll("[^\\x20-\\x7E]+", " "))
            .replaceAll("[withheld]")
            .replace('"', '\'')
            .strip();
    return printable.length() <= MAX_MESSAGE ? printable : printable.substring(0, MAX_MESSAGE);
  }
}
