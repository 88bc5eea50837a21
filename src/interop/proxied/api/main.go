// An API over TLS that accepts only tokens for itself, checked by the broker's JWKS; and with
// `client URL`, a program that calls one and knows nothing of tokens.
package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/websocket"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection"
)

type api struct {
	resource string
	keys     map[string]*ecdsa.PublicKey
	folder   string
	mu       sync.Mutex
	refused  string
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// claims verifies a token (ES256, RFC 9068) and notes it, so that the check can search for it elsewhere.
func (a *api) claims(header string) (map[string]any, error) {
	token, found := strings.CutPrefix(header, "Bearer ")
	parts := strings.Split(token, ".")
	if !found || len(parts) != 3 {
		return nil, errors.New("no token")
	}
	var head struct{ Alg, Kid, Typ string }
	if json.Unmarshal(must(base64.RawURLEncoding.DecodeString(parts[0])), &head) != nil || head.Alg != "ES256" || head.Typ != "at+jwt" {
		return nil, errors.New("not an access token by ES256")
	}
	signature := must(base64.RawURLEncoding.DecodeString(parts[2]))
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	key := a.keys[head.Kid]
	if key == nil || len(signature) != 64 || !ecdsa.Verify(key, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return nil, errors.New("the signature does not hold")
	}
	var claims map[string]any
	if err := json.Unmarshal(must(base64.RawURLEncoding.DecodeString(parts[1])), &claims); err != nil {
		return nil, err
	}
	if claims["aud"] != a.resource || claims["exp"].(float64) < float64(time.Now().Unix()) {
		return nil, errors.New("not for us, or expired")
	}
	return claims, os.WriteFile(a.folder+"/token", []byte(token), 0o600)
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	claims, err := a.claims(r.Header.Get("Authorization"))
	if err != nil || len(r.Header.Values("Authorization")) != 1 {
		http.Error(w, fmt.Sprint(err), http.StatusUnauthorized)
		return
	}
	switch r.URL.Path {
	case "/v1/whoami":
		json.NewEncoder(w).Encode(map[string]any{"sub": claims["sub"], "aud": claims["aud"], "scope": claims["scope"], "proto": r.Proto})
	case "/v1/sum":
		sum := sha256.New()
		io.Copy(sum, r.Body)
		fmt.Fprintf(w, "%x\n", sum.Sum(nil))
	case "/v1/zeros":
		io.CopyN(w, zeros{}, 100<<20)
	case "/v1/stream":
		http.NewResponseController(w).EnableFullDuplex()
		for i := range 3 {
			fmt.Fprintln(w, "part", i)
			w.(http.Flusher).Flush()
			time.Sleep(200 * time.Millisecond)
		}
	case "/v1/rotating": // refuses the first credential that it sees for good
		a.mu.Lock()
		if a.refused == "" {
			a.refused = claims["jti"].(string)
		}
		gone := a.refused == claims["jti"]
		a.mu.Unlock()
		if gone {
			http.Error(w, "this token was revoked", http.StatusUnauthorized)
			return
		}
		body := must(io.ReadAll(r.Body))
		fmt.Fprintf(w, "accepted %d bytes\n", len(body))
	case "/v1/ws":
		websocket.Server{Handler: func(c *websocket.Conn) { io.Copy(c, c) }}.ServeHTTP(w, r)
	default:
		fmt.Fprintln(w, "hello")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func (a *api) grpc() *grpc.Server {
	check := func(ctx context.Context) error {
		meta, _ := metadata.FromIncomingContext(ctx)
		_, err := a.claims(strings.Join(meta.Get("authorization"), ","))
		return err
	}
	server := grpc.NewServer(
		grpc.UnaryInterceptor(func(ctx context.Context, q any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			if err := check(ctx); err != nil {
				return nil, err
			}
			return next(ctx, q)
		}),
		grpc.StreamInterceptor(func(s any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			if err := check(stream.Context()); err != nil {
				return err
			}
			return next(s, stream)
		}))
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	reflection.Register(server)
	return server
}

func certificate(folder string) tls.Certificate {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "api"},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(folder+"/api-ca.pem", text, 0o644); err != nil {
		log.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func jwks(address, ca string) map[string]*ecdsa.PublicKey {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(must(os.ReadFile(ca)))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "localhost"}}}
	answer := must(client.Get(address + "/oauth2/jwks"))
	defer answer.Body.Close()
	var set struct {
		Keys []struct{ Kid, Kty, Crv, X, Y string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&set); err != nil {
		log.Fatal(err)
	}
	keys := map[string]*ecdsa.PublicKey{}
	for _, k := range set.Keys {
		if k.Kty == "EC" && k.Crv == "P-256" {
			number := func(text string) *big.Int {
				return new(big.Int).SetBytes(must(base64.RawURLEncoding.DecodeString(text)))
			}
			keys[k.Kid] = &ecdsa.PublicKey{Curve: elliptic.P256(), X: number(k.X), Y: number(k.Y)}
		}
	}
	return keys
}

func client(url string) {
	answer := must(http.Get(url))
	body := must(io.ReadAll(answer.Body))
	os.Stdout.Write(bytes.TrimSpace(body))
	fmt.Println()
	io.Copy(io.Discard, os.Stdin) // stays, so that its memory can be searched
}

func main() {
	if os.Args[1] == "client" {
		client(os.Args[2])
		return
	}
	folder, resource, broker, ca := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	a := &api{resource: resource, keys: jwks(broker, ca), folder: folder}
	calls := a.grpc()
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
				calls.ServeHTTP(w, r)
				return
			}
			a.ServeHTTP(w, r)
		}),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate(folder)}, NextProtos: []string{"h2", "http/1.1"}},
	}
	must(0, os.WriteFile(folder+"/api-port", fmt.Append(nil, listener.Addr().(*net.TCPAddr).Port), 0o644))
	log.Fatal(server.ServeTLS(listener, "", ""))
}
