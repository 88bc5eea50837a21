// Uses a Workload API socket by go-spiffe, as its users do.
//
//	go-spiffe watch SOCKET SECONDS           follows the X.509 context: every update valid, none late
//	go-spiffe jwt SOCKET AUDIENCE            JWT source, and validation by source and by socket
//	go-spiffe serve SOCKET ADDRESS_FILE ID   mutual TLS for one identity, until ended
//	go-spiffe verify CHAIN BUNDLE ID         a chain in PEM against roots in PEM, no socket
//	go-spiffe dial SOCKET ADDRESS ID COUNT   that many connections over half a minute at most
package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "go-spiffe:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("usage: see the head of main.go")
	}
	if args[0] == "verify" && len(args) == 4 {
		return verify(args[1], args[2], args[3])
	}
	address := workloadapi.WithAddr("unix://" + args[1])
	ctx := context.Background()
	switch args[0] {
	case "watch":
		return watch(ctx, address, args[2])
	case "jwt":
		return jwt(ctx, address, args[2])
	case "serve":
		return serve(ctx, address, args[2], args[3])
	case "dial":
		return dial(ctx, address, args[2], args[3], args[4])
	}
	return fmt.Errorf("unknown command %q", args[0])
}

func verify(chain, bundle, id string) error {
	want, err := spiffeid.FromString(id)
	if err != nil {
		return err
	}
	roots, err := x509bundle.Load(want.TrustDomain(), bundle)
	if err != nil {
		return err
	}
	pemBytes, err := os.ReadFile(chain)
	if err != nil {
		return err
	}
	var certificates []*x509.Certificate
	for block, rest := pem.Decode(pemBytes); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		certificates = append(certificates, certificate)
	}
	got, _, err := x509svid.Verify(certificates, roots)
	if err == nil && got != want {
		err = fmt.Errorf("it is of %s", got)
	}
	return err
}

// A watcher that holds each update against the one before.
type watcher struct {
	mutex   sync.Mutex
	updates int
	wrong   error
	until   time.Time
}

func (w *watcher) OnX509ContextUpdate(x *workloadapi.X509Context) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	svid := x.DefaultSVID()
	leaf := svid.Certificates[0]
	if _, _, err := x509svid.Verify(svid.Certificates, x.Bundles); err != nil {
		w.wrong = fmt.Errorf("update %d does not verify: %w", w.updates, err)
	}
	if now := time.Now(); w.updates > 0 && now.After(w.until) {
		w.wrong = fmt.Errorf("update %d came %s after the last had expired", w.updates, now.Sub(w.until))
	}
	w.until = leaf.NotAfter
	w.updates++
}

func (w *watcher) OnX509ContextWatchError(err error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if status.Code(err) != codes.DeadlineExceeded { // which is the end of the watch
		w.wrong = err
	}
}

func watch(ctx context.Context, address workloadapi.ClientOption, seconds string) error {
	count, err := strconv.Atoi(seconds)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(count)*time.Second)
	defer cancel()
	w := &watcher{}
	_ = workloadapi.WatchX509Context(ctx, w, address)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.wrong != nil {
		return w.wrong
	}
	if w.updates < 3 || time.Now().After(w.until) {
		return fmt.Errorf("%d updates in %s s", w.updates, seconds)
	}
	fmt.Println(w.updates)
	return nil
}

func jwt(ctx context.Context, address workloadapi.ClientOption, audience string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	source, err := workloadapi.NewJWTSource(ctx, workloadapi.WithClientOptions(address))
	if err != nil {
		return err
	}
	defer source.Close()
	svid, err := source.FetchJWTSVID(ctx, jwtsvid.Params{Audience: audience})
	if err != nil {
		return err
	}
	if _, err = jwtsvid.ParseAndValidate(svid.Marshal(), source, []string{audience}); err != nil {
		return err
	}
	if _, err = workloadapi.ValidateJWTSVID(ctx, svid.Marshal(), audience, address); err != nil {
		return err
	}
	if _, err = workloadapi.ValidateJWTSVID(ctx, svid.Marshal(), "https://other.example.org", address); err == nil {
		return fmt.Errorf("another audience was accepted")
	}
	if _, err = source.FetchJWTSVID(ctx, jwtsvid.Params{Audience: "https://not-granted.example.org"}); err == nil {
		return fmt.Errorf("an audience that is not granted was served")
	}
	fmt.Println(svid.ID)
	return nil
}

func serve(ctx context.Context, address workloadapi.ClientOption, file, id string) error {
	source, err := workloadapi.NewX509Source(ctx, workloadapi.WithClientOptions(address))
	if err != nil {
		return err
	}
	defer source.Close()
	only := tlsconfig.AuthorizeID(spiffeid.RequireFromString(id))
	listener, err := spiffetls.ListenWithMode(ctx, "tcp", "127.0.0.1:0", spiffetls.MTLSServerWithSource(only, source))
	if err != nil {
		return err
	}
	if err = os.WriteFile(file, []byte(listener.Addr().String()), 0o600); err != nil {
		return err
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go func(conn net.Conn) {
			defer conn.Close()
			if line, err := bufio.NewReader(conn).ReadString('\n'); err == nil {
				fmt.Fprint(conn, line)
			}
		}(conn)
	}
}

func dial(ctx context.Context, address workloadapi.ClientOption, peer, id, count string) error {
	times, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	source, err := workloadapi.NewX509Source(ctx, workloadapi.WithClientOptions(address))
	if err != nil {
		return err
	}
	defer source.Close()
	only := tlsconfig.AuthorizeID(spiffeid.RequireFromString(id))
	for i := 0; i < times; i++ {
		conn, err := spiffetls.DialWithMode(ctx, "tcp", peer, spiffetls.MTLSClientWithSource(only, source))
		if err != nil {
			return fmt.Errorf("connection %d: %w", i, err)
		}
		fmt.Fprintln(conn, i)
		line, err := bufio.NewReader(conn).ReadString('\n')
		conn.Close()
		if err != nil || line != strconv.Itoa(i)+"\n" {
			return fmt.Errorf("connection %d: %q %v", i, line, err)
		}
		time.Sleep(30 * time.Second / time.Duration(times))
	}
	fmt.Println(times)
	return nil
}
