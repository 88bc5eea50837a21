package io.mintmark.api.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.mintmark.api.Callers;
import io.mintmark.api.Intake;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.IssueCertificateRequest;
import io.vertx.core.buffer.Buffer;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls of the gRPC service without a socket: bytes as a connection brings them, cut anywhere. */
public final class Dial {
  private final BrokerService service;

  public Dial(Intake intake, Callers callers, BundleStreams streams, BundleDoor door) {
    this.service = new BrokerService(intake, callers, streams, door);
  }

  /** What a call came to: a message, or a status with its details. */
  public record Ended(@Nullable Object message, @Nullable StatusRuntimeException refusal) {}

  /**
   * Calls a method with what came over the connection.
   *
   * @param cut where the bytes are cut in two
   */
  public Ended call(boolean certificate, byte[] bytes, int cut, Metadata headers) throws Exception {
    Method method = certificate ? Method.ISSUE_CERTIFICATE : Method.EXCHANGE;
    byte[] message = only(method, bytes, cut);
    if (message == null || !method.reads(message)) {
      return new Ended(null, Status.INVALID_ARGUMENT.asRuntimeException());
    }
    Taking taking = new Taking();
    ServerCallHandler<Object, Object> serving =
        (call, noted) -> {
          serve(certificate, message, taking);
          return new ServerCall.Listener<>() {};
        };
    var _ = new Connection.Interceptor().interceptCall(new Loopback(), headers, serving);
    return taking.ended.get(10, TimeUnit.MINUTES);
  }

  private void serve(boolean certificate, byte[] message, Taking taking) {
    try {
      if (certificate) {
        service.issueCertificate(IssueCertificateRequest.parseFrom(message), taking.as());
      } else {
        service.exchange(ExchangeRequest.parseFrom(message), taking.as());
      }
    } catch (InvalidProtocolBufferException checked) {
      throw new AssertionError("what was checked is not what is read", checked);
    }
  }

  /** The one message of a call; null where there is none or more than one. */
  private static byte @Nullable [] only(Method method, byte[] bytes, int cut) {
    Frames frames = new Frames(method.most());
    byte[] message = null;
    for (Buffer part :
        new Buffer[] {
          Buffer.buffer(bytes).getBuffer(0, cut), Buffer.buffer(bytes).getBuffer(cut, bytes.length)
        }) {
      frames.add(part);
      if (frames.flaw() != null) {
        return null;
      }
      message = message == null ? frames.next() : message;
    }
    return frames.isEmpty() ? message : null;
  }

  /** A call of which no more is known than that it comes from this machine. */
  private static final class Loopback extends ServerCall<Object, Object> {
    @Override
    public Attributes getAttributes() {
      return Attributes.newBuilder()
          .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, new InetSocketAddress("127.0.0.1", 1))
          .build();
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(Object message) {}

    @Override
    public void close(Status status, Metadata trailers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public @Nullable MethodDescriptor<Object, Object> getMethodDescriptor() {
      return null;
    }
  }

  private static final class Taking {
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();

    <A> StreamObserver<A> as() {
      return new StreamObserver<>() {
        private @Nullable A message;

        @Override
        public void onNext(A answer) {
          message = answer;
        }

        @Override
        public void onError(Throwable failure) {
          ended.complete(new Ended(null, (StatusRuntimeException) failure));
        }

        @Override
        public void onCompleted() {
          ended.complete(new Ended(message, null));
        }
      };
    }
  }
}
