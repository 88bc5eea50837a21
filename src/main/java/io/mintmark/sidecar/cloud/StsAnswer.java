package io.mintmark.sidecar.cloud;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.MissingResourceException;
import javax.xml.stream.XMLStreamException;

/**
 * What the Security Token Service answers, in the XML of its API of 2011-06-15. The bytes are
 * hostile: nothing outside them is read, no document type is accepted, and what stands twice is
 * nowhere.
 */
sealed interface StsAnswer {
  /**
   * A session.
   *
   * @param assumed the name of the session's role; empty where it is not said
   */
  record Session(RoleKeys keys, String assumed) implements StsAnswer {
    @Override
    public String toString() {
      return "Session[" + keys + "]";
    }
  }

  /**
   * No session.
   *
   * @param code such as {@code AccessDenied}
   * @param message a sentence for people, harmless
   */
  record Refused(String code, String message) implements StsAnswer {}

  /** Neither; the reason is ours and repeats nothing. */
  record Malformed(String why) implements StsAnswer {}

  /** Reads an answer. */
  static StsAnswer parse(int status, byte[] body) {
    Map<String, String> texts;
    try {
      texts = StsXml.read(body);
    } catch (XMLStreamException | StsXml.Unacceptable | MissingResourceException unreadable) {
      // the JDK's parser has no sentence for some errors in a document type, and throws the last
      return new Malformed("its answer of status " + status + " is not the XML that it must be");
    }
    return status == 200 ? session(texts) : refused(status, texts);
  }

  private static StsAnswer session(Map<String, String> texts) {
    String result = "AssumeRoleWithWebIdentityResponse/AssumeRoleWithWebIdentityResult/";
    String id = texts.getOrDefault(result + "Credentials/AccessKeyId", "");
    String secret = texts.getOrDefault(result + "Credentials/SecretAccessKey", "");
    String token = texts.getOrDefault(result + "Credentials/SessionToken", "");
    String until = texts.getOrDefault(result + "Credentials/Expiration", "");
    if (!StsXml.KEY_ID.matcher(id).matches()
        || !StsXml.VALUE.matcher(secret).matches()
        || !StsXml.VALUE.matcher(token).matches()) {
      return new Malformed("its answer holds no credentials");
    }
    try {
      return new Session(
          new RoleKeys(id, secret, token, Instant.parse(until)),
          texts.getOrDefault(result + "AssumedRoleUser/Arn", ""));
    } catch (DateTimeException noDate) {
      return new Malformed("its answer does not say until when the credentials hold");
    }
  }

  private static StsAnswer refused(int status, Map<String, String> texts) {
    String code = texts.getOrDefault("ErrorResponse/Error/Code", "");
    if (!StsXml.CODE.matcher(code).matches()) {
      return new Malformed("its answer of status " + status + " names no error");
    }
    return new Refused(
        code, StsXml.harmless(texts.getOrDefault("ErrorResponse/Error/Message", "")));
  }
}
