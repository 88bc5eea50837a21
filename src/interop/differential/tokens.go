package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	random "math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/spiffe/go-spiffe/v2/bundle/spiffebundle"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
)

// signer is a key of the bundle, by the algorithms that it may sign with.
type signer struct {
	id   string
	key  crypto.Signer
	algs []string
}

type tokens struct {
	signers []signer
	bundle  []byte
	other   signer // of another trust domain, under the ID of the first
	unknown signer
	ed25519 signer
	parsed  *spiffebundle.Bundle
	random  *random.Rand
	faults  []fault[token]
}

// token is a JWT-SVID in the making.
type token struct {
	header, payload object
	with            signer
	alg             string // that it is signed by, whatever its header says
	now             time.Time
	padding         int                 // bytes of salt of a PSS; -1 for as many as the hash has
	after           func([]byte) []byte // what is done to the signature
	over            string              // what is signed in the place of the token
	compact         func(string) string // what is done to the whole
}

func elliptical(curve elliptic.Curve) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func newTokens() (*tokens, error) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	t := &tokens{signers: []signer{
		{"p256", elliptical(elliptic.P256()), []string{"ES256"}},
		{"p384", elliptical(elliptic.P384()), []string{"ES384"}},
		{"p521", elliptical(elliptic.P521()), []string{"ES512"}},
		{"rsa", rsaKey, []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}},
	}}
	t.other = signer{"p256", elliptical(elliptic.P256()), []string{"ES256"}}
	t.unknown = signer{"unknown", elliptical(elliptic.P256()), []string{"ES256"}}
	t.ed25519 = signer{"ed25519", edKey, []string{"EdDSA"}}
	keys := []string{}
	for _, s := range append(t.signers, t.ed25519) {
		jwk, err := (&jose.JSONWebKey{Key: s.key.Public(), KeyID: s.id, Use: "jwt-svid"}).MarshalJSON()
		if err != nil {
			return nil, err
		}
		keys = append(keys, string(jwk))
	}
	t.bundle = []byte(`{"keys":[` + strings.Join(keys, ",") + `]}`)
	if t.parsed, err = spiffebundle.Parse(domain, t.bundle); err != nil {
		return nil, err
	}
	t.faults = t.allFaults()
	return t, nil
}

func (t *tokens) make(random *random.Rand) (*input, error) {
	t.random = random
	at := now()
	with := t.signers[random.IntN(len(t.signers))]
	made := &token{with: with, alg: with.algs[random.IntN(len(with.algs))], now: at, padding: -1}
	made.header.set("alg", quoted(made.alg))
	made.header.set("kid", quoted(with.id))
	if random.IntN(2) == 0 {
		made.header.set("typ", `"JWT"`)
	}
	made.payload.set("sub", quoted(workload))
	made.payload.set("aud", quoted(audience))
	made.payload.set("exp", seconds(at, 300))
	made.payload.set("iat", seconds(at, 0))
	done := some(random, t.faults, made)
	text, err := made.write()
	if err != nil {
		return nil, err
	}
	in := &input{Kind: "jwt", Done: done, Bundle: t.bundle, Token: []byte(text)}
	in.Now = now().UnixMilli()
	svid, err := jwtsvid.ParseAndValidate(text, t.parsed, []string{audience})
	said := ""
	if err == nil {
		said = svid.ID.String() + " until " + strconv.FormatInt(svid.Expiry.Unix(), 10)
	}
	in.judge(said, err)
	return in, nil
}

func seconds(at time.Time, more int64) string { return strconv.FormatInt(at.Unix()+more, 10) }

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (t *token) write() (string, error) {
	signed := encoded([]byte(t.header.String())) + "." + encoded([]byte(t.payload.String()))
	over := signed
	if t.over != "" {
		over = t.over
	}
	signature, err := t.sign([]byte(over))
	if err != nil {
		return "", err
	}
	if t.after != nil {
		signature = t.after(signature)
	}
	text := signed + "." + encoded(signature)
	if t.compact != nil {
		text = t.compact(text)
	}
	return text, nil
}

var hashes = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}

func (t *token) sign(message []byte) ([]byte, error) {
	if t.alg == "EdDSA" {
		return t.with.key.Sign(rand.Reader, message, crypto.Hash(0))
	}
	hash := hashes[t.alg[2:]]
	digest := hash.New()
	digest.Write(message)
	sum := digest.Sum(nil)
	switch key := t.with.key.(type) {
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, sum)
		if err != nil {
			return nil, err
		}
		return pair(key.Curve, r, s), nil
	case *rsa.PrivateKey:
		if t.alg[:2] == "PS" {
			return rsa.SignPSS(rand.Reader, key, hash, sum, &rsa.PSSOptions{SaltLength: t.padding, Hash: hash})
		}
		return rsa.SignPKCS1v15(rand.Reader, key, hash, sum)
	}
	return nil, fmt.Errorf("no algorithm %s", t.alg)
}

func pair(curve elliptic.Curve, r, s *big.Int) []byte {
	size := (curve.Params().BitSize + 7) / 8
	out := make([]byte, 2*size)
	r.FillBytes(out[:size])
	s.FillBytes(out[size:])
	return out
}

// halves of an ECDSA signature; false where it is none.
func (t *token) halves(signature []byte) (r, s, n *big.Int, ok bool) {
	key, ok := t.with.key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, nil, nil, false
	}
	half := len(signature) / 2
	return new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:]), key.Params().N, true
}
