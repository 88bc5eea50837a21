package io.mintmark.house.bad.policy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Reads the clock in each way there is, matches a part of a string, and lets anybody in. */
public final class Clockwatcher {
  Supplier<Instant> reference = Instant::now;
  InstantSource source = InstantSource.system();

  @SuppressWarnings("JavaUtilDate") // what the rule is tried on
  Date date() {
    return new Date();
  }

  long millis() {
    return System.currentTimeMillis();
  }

  boolean glued(String host) {
    return Pattern.compile("^a|b$").matcher(host).find();
  }

  HttpServer open(Vertx vertx) {
    return vertx.createHttpServer();
  }
}
