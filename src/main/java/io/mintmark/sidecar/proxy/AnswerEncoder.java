package io.mintmark.sidecar.proxy;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Writes answers to a caller; one to HEAD has no body whatever its fields say. */
final class AnswerEncoder extends HttpResponseEncoder {
  private boolean head;

  void answering(HttpMethod method) {
    head = method.equals(HttpMethod.HEAD);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse answer) {
    return head || super.isContentAlwaysEmpty(answer);
  }
}
