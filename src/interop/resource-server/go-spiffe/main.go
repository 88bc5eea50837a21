// Checks what the broker struck with go-spiffe, trust taken from the broker's bundle endpoint.
//
// usage: go-spiffe BUNDLE_URL TRUST_DOMAIN CA_PEM SVID_PEM KEY_PEM WANT_ID [JWT_SVID_FILE AUDIENCE]
package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/spiffebundle"
	"github.com/spiffe/go-spiffe/v2/federation"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "go-spiffe:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 6 && len(args) != 8 {
		return fmt.Errorf("usage: go-spiffe BUNDLE_URL TRUST_DOMAIN CA_PEM SVID_PEM KEY_PEM WANT_ID [JWT_SVID_FILE AUDIENCE]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	domain, err := spiffeid.TrustDomainFromString(args[1])
	if err != nil {
		return err
	}
	pem, err := os.ReadFile(args[2])
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return fmt.Errorf("no certificate in %s", args[2])
	}
	web, err := federation.FetchBundle(ctx, domain, args[0], federation.WithWebPKIRoots(roots))
	if err != nil {
		return fmt.Errorf("https_web: %w", err)
	}
	brokerID, err := spiffeid.FromPath(domain, "/mintmark/broker")
	if err != nil {
		return err
	}
	bundle, err := federation.FetchBundle(ctx, domain, args[0], federation.WithSPIFFEAuth(web, brokerID))
	if err != nil {
		return fmt.Errorf("https_spiffe: %w", err)
	}
	if !bundle.Equal(web) {
		return fmt.Errorf("the two profiles served different bundles")
	}
	svid, err := x509svid.Load(args[3], args[4])
	if err != nil {
		return err
	}
	id, chains, err := x509svid.Verify(svid.Certificates, bundle)
	if err != nil {
		return err
	}
	if id.String() != args[5] {
		return fmt.Errorf("certificate says %s", id)
	}
	empty := spiffebundle.New(domain)
	if _, _, err := x509svid.Verify(svid.Certificates, empty); err == nil {
		return fmt.Errorf("an empty bundle verified the certificate")
	}
	line := fmt.Sprintf("go-spiffe: %s, %d chain(s), bundle sequence by both profiles", id, len(chains))
	if len(args) == 8 {
		raw, err := os.ReadFile(args[6])
		if err != nil {
			return err
		}
		token, err := jwtsvid.ParseAndValidate(strings.TrimSpace(string(raw)), bundle, []string{args[7]})
		if err != nil {
			return err
		}
		line += fmt.Sprintf(", JWT-SVID of %s for %s", token.ID, args[7])
	}
	fmt.Println(line)
	return nil
}
