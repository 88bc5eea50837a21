package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	random "math/rand/v2"
	"strings"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/spiffebundle"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// chains makes X.509-SVIDs: a leaf, none to two intermediates, and a root in the bundle.
type chains struct {
	keys   []crypto.Signer // P-256, P-384, RSA and Ed25519
	weak   map[string]crypto.Signer
	random *random.Rand
	faults []fault[chain]
}

// chain is an X.509-SVID in the making, root first.
type chain struct {
	path  []*certificate
	at    time.Time
	roots func([][]byte) [][]byte // what is done to the bundle's certificates
	shown func([][]byte) [][]byte // what is done to what the workload shows, leaf first
}

func (c *chain) root() *certificate { return c.path[0] }
func (c *chain) leaf() *certificate { return c.path[len(c.path)-1] }

// middle is an intermediate, made where there is none.
func (c *chain) middle(s *chains) *certificate {
	if len(c.path) == 2 {
		s.insert(c)
	}
	return c.path[1]
}

func public(key crypto.Signer) []byte {
	out, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		panic(err)
	}
	return out
}

func rsaKey(bits int) crypto.Signer {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func newChains() (*chains, error) {
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	s := &chains{weak: map[string]crypto.Signer{"RSA of 1024 bits": rsaKey(1024), "RSA of 1536 bits": rsaKey(1536), "P-224": elliptical(elliptic.P224()), "P-521": elliptical(elliptic.P521())}}
	for range 6 {
		s.keys = append(s.keys, elliptical(elliptic.P256()))
	}
	s.keys = append(s.keys, elliptical(elliptic.P384()), rsaKey(2048), edKey)
	s.faults = s.allFaults()
	return s, nil
}

func (s *chains) anyKey() crypto.Signer { return s.keys[s.random.IntN(len(s.keys))] }

func keyID(key crypto.Signer) []byte {
	sum := sha256.Sum256(public(key))
	return sum[:20]
}

// purposes, in their order, as extended key usage.
func purposes(last ...int) []byte {
	ids := []asn1.ObjectIdentifier{}
	for _, n := range last {
		ids = append(ids, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, n})
	}
	return der(ids)
}

func usage(bits ...int) []byte {
	value := asn1.BitString{Bytes: make([]byte, 1)}
	for _, bit := range bits {
		value.Bytes[0] |= 0x80 >> bit
		value.BitLength = max(value.BitLength, bit+1)
	}
	if len(bits) == 0 {
		value.Bytes = nil
	}
	return der(value)
}

func uris(all ...string) []byte {
	var names [][]byte
	for _, uri := range all {
		names = append(names, tlv(0x86, []byte(uri)))
	}
	return tlv(0x30, names...)
}

const (
	digitalSignature = 0
	keyEncipherment  = 2
	keyCertSign      = 5
	crlSign          = 6
)

func (s *chains) authority(common string, at time.Time) *certificate {
	key := s.anyKey()
	c := &certificate{version: 2, serial: big.NewInt(s.random.Int64N(1 << 60)), subject: name(common), key: key,
		notBefore: utc(at.Add(-time.Hour)), notAfter: utc(at.Add(24 * time.Hour))}
	c.extend(oidConstraints, true, tlv(0x30, []byte{1, 1, 0xff}))
	c.extend(oidKeyUsage, true, usage(keyCertSign, crlSign))
	c.extend(oidSubjectKey, false, der(keyID(key)))
	return c
}

// under has one issued by the other.
func (c *certificate) under(issuer *certificate) {
	c.issuer, c.signer = issuer.subject, issuer.key
	c.extend(oidAuthorityKey, false, tlv(0x30, tlv(0x80, keyID(issuer.key))))
}

// insert adds an intermediate below the root.
func (s *chains) insert(c *chain) {
	middle := s.authority(fmt.Sprintf("intermediate %d", len(c.path)), c.at)
	middle.under(c.path[0])
	c.path[1].under(middle)
	c.path = append([]*certificate{c.path[0], middle}, c.path[1:]...)
}

func (s *chains) make(random *random.Rand) (*input, error) {
	s.random = random
	at := now()
	root := s.authority("root", at)
	root.issuer, root.signer = root.subject, root.key
	leaf := &certificate{version: 2, serial: big.NewInt(random.Int64N(1 << 60)), subject: name("leaf"), key: s.anyKey(),
		notBefore: utc(at.Add(-time.Minute)), notAfter: utc(at.Add(time.Hour))}
	leaf.extend(oidNames, false, uris(workload))
	leaf.extend(oidConstraints, true, tlv(0x30))
	leaf.extend(oidKeyUsage, true, usage(digitalSignature))
	leaf.extend(oidPurposes, false, purposes(1, 2))
	leaf.under(root)
	made := &chain{path: []*certificate{root, leaf}, at: at}
	for range random.IntN(3) {
		s.insert(made)
	}
	done := some(random, s.faults, made)
	in := &input{Kind: "x509", Done: done, Now: at.UnixMilli()}
	roots := [][]byte{made.root().issue()}
	for i := len(made.path) - 1; i > 0; i-- {
		in.Chain = append(in.Chain, made.path[i].issue())
	}
	if made.shown != nil {
		in.Chain = made.shown(in.Chain)
	}
	if made.roots != nil {
		roots = made.roots(roots)
	}
	in.Bundle = bundleOf(roots)
	bundle, err := spiffebundle.Parse(domain, in.Bundle)
	if err != nil {
		in.judge("", fmt.Errorf("bundle: %w", err))
		return in, nil
	}
	id, _, err := x509svid.ParseAndVerify(in.Chain, bundle, x509svid.WithTime(at))
	in.judge(id.String(), err)
	return in, nil
}

// bundleOf has the members that a JWK needs, whatever they say: the certificate counts.
func bundleOf(roots [][]byte) []byte {
	entries := []string{}
	for _, root := range roots {
		key := `"kty":"EC","crv":"P-256","x":"AA","y":"AA"`
		if parsed, err := x509.ParseCertificate(root); err == nil {
			key = members(parsed.PublicKey)
		}
		entries = append(entries, fmt.Sprintf(`{%s,"use":"x509-svid","x5c":["%s"]}`, key, base64.StdEncoding.EncodeToString(root)))
	}
	return []byte(`{"keys":[` + strings.Join(entries, ",") + `]}`)
}
