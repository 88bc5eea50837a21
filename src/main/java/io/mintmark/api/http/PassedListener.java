package io.mintmark.api.http;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/**
 * A socket that another process opened, and keeps when this one ends: what connects while nobody
 * accepts waits in the kernel's queue for whoever accepts next.
 */
public final class PassedListener {
  private final Kept channel;

  public PassedListener(ServerSocketChannel socket) {
    this.channel = new Kept(socket);
  }

  /**
   * Takes up what connects, and has connected, from now on. To be called once every server that
   * takes this socket listens: what waits in the queue comes at once, before Vert.x has what it
   * needs for it.
   */
  public void accept() {
    channel.config().setAutoRead(true);
  }

  /** Leaves new connections in the queue from now on: none is accepted once this returns. */
  public void rest() {
    channel.rest();
  }

  /** The same Vert.x for a server that listens here, whatever address it is told. */
  VertxInternal under(Vertx vertx) {
    Transport transport =
        new JDKTransport() {
          @Override
          public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean unix) {
            return () -> channel;
          }
        };
    return new VertxWrapper((VertxInternal) vertx) {
      @Override
      public Transport transport() {
        return transport;
      }
    };
  }

  /** Is bound and listens before Netty binds it, and after Netty closes it. */
  private static final class Kept extends NioServerSocketChannel {
    private final Object accepting = new Object();
    private volatile boolean bound;
    private volatile boolean closed;
    private volatile boolean resting;

    Kept(ServerSocketChannel socket) {
      super(socket);
      config().setAutoRead(false);
    }

    @Override
    protected void doBind(SocketAddress ignored) {
      bound = true;
    }

    @Override
    public boolean isActive() {
      return bound && !closed && super.isActive();
    }

    @Override
    public boolean isOpen() {
      return !closed && super.isOpen();
    }

    /** Waits for an accept that is under way, so that nothing is taken up after it returns. */
    void rest() {
      synchronized (accepting) {
        resting = true;
      }
      config().setAutoRead(false);
    }

    /** Netty reads on by itself a second after an accept failed, for want of handles. */
    @Override
    protected void doBeginRead() throws Exception {
      if (!resting) {
        super.doBeginRead();
      }
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      synchronized (accepting) {
        return resting ? 0 : super.doReadMessages(accepted);
      }
    }

    /** The JDK would close this process's output along with a channel that it inherited. */
    @Override
    protected void doClose() {
      closed = true;
    }
  }
}
