package io.mintmark.evidence.trust;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.DurationText;
import io.mintmark.documents.Problem;
import io.mintmark.evidence.trust.TrustCompiler.Problems;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the values of a document's {@code spec} and collects what is wrong with them. */
final class SpecReader {
  private final Document document;
  private final DocumentSet.Attachments attachments;
  private final Problems problems;

  SpecReader(Document document, DocumentSet.Attachments attachments, Problems problems) {
    this.document = document;
    this.attachments = attachments;
    this.problems = problems;
  }

  JsonNode at(String pointer) {
    return document.root().at(pointer);
  }

  boolean has(String pointer) {
    return !at(pointer).isMissingNode();
  }

  @Nullable String text(String pointer) {
    return at(pointer).textValue();
  }

  /** A string that must be there. */
  String required(String pointer) {
    String text = text(pointer);
    if (text == null || text.isEmpty()) {
      error(pointer, "\"" + pointer.substring(pointer.lastIndexOf('/') + 1) + "\" is missing");
      return "";
    }
    return text;
  }

  List<String> texts(String pointer) {
    List<String> texts = new ArrayList<>();
    at(pointer).forEach(one -> texts.add(one.asText()));
    return List.copyOf(texts);
  }

  /** A number and one of {@code s m h d}; null where it is absent or wrong. */
  @Nullable Duration duration(String pointer) {
    String text = text(pointer);
    if (text == null) {
      return null;
    }
    Duration duration = DurationText.parse(text);
    if (duration != null && duration.isPositive()) {
      return duration;
    }
    error(pointer, Outside.quoted(text) + " is not a duration such as 90s, 5m, 1h or 7d");
    return null;
  }

  /** Says so where a URL is not {@code https://host[:port][/path]}. */
  void requireHttps(String pointer) {
    String text = required(pointer);
    try {
      URI uri = new URI(text);
      if (text.isEmpty()
          || ("https".equals(uri.getScheme())
              && uri.getHost() != null
              && uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null)) {
        return;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    error(pointer, Outside.quoted(text) + " is not an https URL without user, query and fragment");
  }

  /** The bytes of an attached file; empty where it cannot be read, which is then an error. */
  byte[] file(String pointer) {
    try {
      return attachments.read(document, pointer, required(pointer));
    } catch (DocumentErrors e) {
      problems.addAll(e.problems());
      return new byte[0];
    }
  }

  void error(String pointer, String message) {
    problems.add(document.error(pointer, message));
  }

  /** An error at a character, counted from 0, of the text at a pointer. */
  void errorWithin(String pointer, int offset, String message) {
    problems.add(
        new Problem(Problem.Severity.ERROR, document.within(pointer, 1, offset + 1), message));
  }

  void warning(String pointer, String message) {
    problems.add(document.warning(pointer, message));
  }
}
