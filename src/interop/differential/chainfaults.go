package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"
	"time"
)

func (s *chains) allFaults() []fault[chain] {
	var all []fault[chain]
	add := func(name string, do func(*chain)) { all = append(all, fault[chain]{name, do}) }
	// of the leaf, of an intermediate, or of both and the root
	leaf := func(name string, do func(*certificate)) { add("leaf "+name, func(c *chain) { do(c.leaf()) }) }
	middle := func(name string, do func(*certificate)) {
		add("intermediate "+name, func(c *chain) { do(c.middle(s)) })
	}
	root := func(name string, do func(*certificate)) { add("root "+name, func(c *chain) { do(c.root()) }) }
	every := func(name string, do func(*certificate)) {
		leaf(name, do)
		middle(name, do)
		root(name, do)
	}
	s.names(leaf, middle, root)
	s.usages(leaf, middle, root, every)
	s.validity(add)
	s.limits(middle, root)
	s.encodings(every)
	s.signatures(every)
	s.orders(add)
	return all
}

type of = func(string, func(*certificate))

func (s *chains) names(leaf, middle, root of) {
	each(subjects, func(name, uri string) {
		leaf("URI "+name, func(c *certificate) { c.extend(oidNames, false, uris(uri)) })
	})
	dns, mail, ip := tlv(0x82, []byte("orders.example.org")), tlv(0x81, []byte("orders@example.org")), tlv(0x87, []byte{10, 0, 0, 1})
	ours := tlv(0x86, []byte(workload))
	sets := map[string][]byte{
		"names none":                      nil,
		"names empty":                     tlv(0x30),
		"names a host alone":              tlv(0x30, dns),
		"names URI and host":              tlv(0x30, ours, dns),
		"names URI, mail and address":     tlv(0x30, mail, ours, ip),
		"names two SPIFFE IDs":            uris(workload, workload+"2"),
		"names one twice":                 uris(workload, workload),
		"names a page, too":               uris(workload, "https://example.org/"),
		"names a page before":             uris("https://example.org/", workload),
		"names URI and a broken host":     tlv(0x30, ours, tlv(0x82, []byte("-not a host-"))),
		"names URI and an empty host":     tlv(0x30, ours, tlv(0x82)),
		"names URI and a broken mail":     tlv(0x30, ours, tlv(0x81, []byte("no mail"))),
		"names URI and a broken address":  tlv(0x30, ours, tlv(0x87, []byte{10, 0, 0})),
		"names URI and another kind":      tlv(0x30, ours, tlv(0xa0, der(oidUnknown), tlv(0xa0, tlv(0x0c, []byte("x"))))),
		"names URI and an identifier":     tlv(0x30, ours, tlv(0x88, der(oidUnknown)[2:])),
		"names URI and a directory":       tlv(0x30, ours, tlv(0xa4, name("x"))),
		"names URI and an unknown tag":    tlv(0x30, ours, tlv(0x8f, []byte("x"))),
		"names no sequence":               tlv(0x31, ours),
		"names bytes after":               append(tlv(0x30, ours), 5, 0),
		"names cut":                       tlv(0x30, ours)[:20],
		"names a URI that is constructed": tlv(0x30, tlv(0xa6, tlv(0x16, []byte(workload)))),
		"names a URI not in ASCII":        tlv(0x30, tlv(0x86, []byte("spiffe://example.org/\xe9"))),
	}
	for _, key := range sorted(sets) {
		leaf(key, func(c *certificate) { c.extend(oidNames, false, sets[key]) })
	}
	leaf("names critical", func(c *certificate) { c.extend(oidNames, true, uris(workload)) })
	leaf("names critical without a subject", func(c *certificate) { c.subject = tlv(0x30); c.extend(oidNames, true, uris(workload)) })
	leaf("without a subject", func(c *certificate) { c.subject = tlv(0x30) })
	for _, to := range []of{middle, root} {
		each(map[string]string{"of the domain": "spiffe://example.org", "with a path": workload, "of another domain": "spiffe://other.example.org", "of another kind": "https://example.org/ca", "in upper case": "SPIFFE://other.example.org"},
			func(name, uri string) {
				to("URI "+name, func(c *certificate) { c.extend(oidNames, false, uris(uri)) })
			})
		to("URIs of two domains", func(c *certificate) {
			c.extend(oidNames, false, uris("spiffe://example.org", "spiffe://other.example.org"))
		})
	}
}

func (s *chains) usages(leaf, middle, root, every of) {
	leaf("without key usage", func(c *certificate) { c.extend(oidKeyUsage, false, nil) })
	leaf("key usage not critical", func(c *certificate) { c.extend(oidKeyUsage, false, usage(digitalSignature)) })
	leaf("signs certificates", func(c *certificate) { c.extend(oidKeyUsage, true, usage(digitalSignature, keyCertSign)) })
	leaf("signs lists", func(c *certificate) { c.extend(oidKeyUsage, true, usage(digitalSignature, crlSign)) })
	leaf("enciphers keys alone", func(c *certificate) { c.extend(oidKeyUsage, true, usage(keyEncipherment)) })
	leaf("enciphers keys, too", func(c *certificate) { c.extend(oidKeyUsage, true, usage(digitalSignature, keyEncipherment)) })
	leaf("is a CA", func(c *certificate) { c.extend(oidConstraints, true, tlv(0x30, []byte{1, 1, 0xff})) })
	leaf("is a CA that signs", func(c *certificate) {
		c.extend(oidConstraints, true, tlv(0x30, []byte{1, 1, 0xff}))
		c.extend(oidKeyUsage, true, usage(digitalSignature, keyCertSign))
	})
	every("key usage empty", func(c *certificate) { c.extend(oidKeyUsage, true, usage()) })
	every("key usage garbage", func(c *certificate) { c.extend(oidKeyUsage, true, []byte{1, 2, 3}) })
	every("basic constraints garbage", func(c *certificate) { c.extend(oidConstraints, true, []byte{1, 2, 3}) })
	leaf("without basic constraints", func(c *certificate) { c.extend(oidConstraints, true, nil) })
	leaf("basic constraints not critical", func(c *certificate) { c.extend(oidConstraints, false, tlv(0x30)) })
	leaf("says false of CA", func(c *certificate) { c.extend(oidConstraints, true, tlv(0x30, []byte{1, 1, 0})) })
	leaf("no CA with a path length", func(c *certificate) { c.extend(oidConstraints, true, tlv(0x30, []byte{2, 1, 0})) })
	sets := map[string][]byte{"none": nil, "server": purposes(1), "client": purposes(2), "both turned": purposes(2, 1), "code": purposes(3), "both and code": purposes(1, 2, 3), "empty": tlv(0x30),
		"any": der([]asn1.ObjectIdentifier{{2, 5, 29, 37, 0}}), "garbage": {1, 2, 3}}
	for _, key := range sorted(sets) {
		leaf("purposes "+key, func(c *certificate) { c.extend(oidPurposes, false, sets[key]) })
		middle("purposes "+key, func(c *certificate) { c.extend(oidPurposes, false, sets[key]) })
		root("purposes "+key, func(c *certificate) { c.extend(oidPurposes, false, sets[key]) })
	}
	leaf("purposes critical", func(c *certificate) { c.extend(oidPurposes, true, purposes(1, 2)) })
	for _, to := range []of{middle, root} {
		to("is no CA", func(c *certificate) { c.extend(oidConstraints, true, tlv(0x30)) })
		to("without basic constraints", func(c *certificate) { c.extend(oidConstraints, true, nil) })
		to("basic constraints not critical", func(c *certificate) { c.extend(oidConstraints, false, tlv(0x30, []byte{1, 1, 0xff})) })
		to("without key usage", func(c *certificate) { c.extend(oidKeyUsage, true, nil) })
		to("key usage not critical", func(c *certificate) { c.extend(oidKeyUsage, false, usage(keyCertSign)) })
		to("signs lists alone", func(c *certificate) { c.extend(oidKeyUsage, true, usage(crlSign)) })
		to("signs data, too", func(c *certificate) { c.extend(oidKeyUsage, true, usage(digitalSignature, keyCertSign)) })
		for _, length := range []byte{0, 1, 2, 0xff} {
			to(fmt.Sprintf("path length %d", int8(length)), func(c *certificate) {
				c.extend(oidConstraints, true, tlv(0x30, []byte{1, 1, 0xff, 2, 1, length}))
			})
		}
	}
	every("unknown critical extension", func(c *certificate) { c.extend(oidUnknown, true, []byte{5, 0}) })
	every("unknown extension", func(c *certificate) { c.extend(oidUnknown, false, []byte{5, 0}) })
	every("policies critical", func(c *certificate) { c.extend(oidPolicies, true, tlv(0x30, tlv(0x30, der(oidUnknown)))) })
	every("policies", func(c *certificate) { c.extend(oidPolicies, false, tlv(0x30, tlv(0x30, der(oidUnknown)))) })
	every("policy constraints critical", func(c *certificate) { c.extend(oidPolicyLimits, true, tlv(0x30, []byte{0x80, 1, 0})) })
	every("inhibits any policy", func(c *certificate) { c.extend(oidAnyPolicy, true, []byte{2, 1, 0}) })
	every("same extension twice", func(c *certificate) { c.extensions = append(c.extensions, c.extensions[:min(1, len(c.extensions))]...) })
	every("no extensions", func(c *certificate) { c.withoutExtras = true })
	every("extensions empty", func(c *certificate) { c.extensions = nil })
	every("without an authority's key ID", func(c *certificate) { c.extend(oidAuthorityKey, false, nil) })
	every("another authority's key ID", func(c *certificate) { c.extend(oidAuthorityKey, false, tlv(0x30, tlv(0x80, make([]byte, 20)))) })
	every("another key ID", func(c *certificate) { c.extend(oidSubjectKey, false, der(make([]byte, 20))) })
	every("authority's key ID garbage", func(c *certificate) { c.extend(oidAuthorityKey, false, []byte{1, 2, 3}) })
}

func (s *chains) validity(add func(string, func(*chain))) {
	at := func(name string, set func(*certificate, time.Time)) {
		add("leaf "+name, func(c *chain) { set(c.leaf(), c.at) })
		add("intermediate "+name, func(c *chain) { set(c.middle(s), c.at) })
		add("root "+name, func(c *chain) { set(c.root(), c.at) })
	}
	for _, ago := range []time.Duration{2 * time.Second, time.Minute, 24 * time.Hour} {
		at(fmt.Sprintf("ended %s ago", ago), func(c *certificate, now time.Time) { c.notAfter = utc(now.Add(-ago)) })
	}
	for _, in := range []time.Duration{10 * time.Second, 45 * time.Second, time.Hour} {
		at(fmt.Sprintf("begins in %s", in), func(c *certificate, now time.Time) { c.notBefore = utc(now.Add(in)) })
	}
	at("ends before it begins", func(c *certificate, now time.Time) { c.notBefore, c.notAfter = c.notAfter, c.notBefore })
	at("in generalized time", func(c *certificate, now time.Time) {
		c.notBefore, c.notAfter = generalized(now.Add(-time.Hour)), generalized(now.Add(time.Hour))
	})
	forms := map[string][]byte{
		"never": tlv(0x18, []byte("99991231235959Z")), "in 2049": tlv(0x17, []byte("491231235959Z")), "in 1950": tlv(0x17, []byte("500101000000Z")),
		"in a thirteenth month": tlv(0x17, []byte("271301000000Z")), "on February 30th": tlv(0x17, []byte("270230000000Z")), "without seconds": tlv(0x17, []byte("2712312359Z")),
		"with an offset": tlv(0x17, []byte("271231235959+0100")), "with a fraction": tlv(0x18, []byte("20271231235959.5Z")), "without Z": tlv(0x18, []byte("20271231235959")), "as text": tlv(0x0c, []byte("271231235959Z")), "empty": tlv(0x17), "at the 60th second": tlv(0x17, []byte("271231235960Z")),
	}
	for _, key := range sorted(forms) {
		at("ends "+key, func(c *certificate, _ time.Time) { c.notAfter = forms[key] })
	}
}

// limits are name constraints.
func (s *chains) limits(middle, root of) {
	subtree := func(tag byte, text string) []byte { return tlv(0x30, tlv(tag, []byte(text))) }
	sets := map[string][]byte{
		"permits the domain's URIs":      tlv(0x30, tlv(0xa0, subtree(0x86, domainName))),
		"permits another's URIs":         tlv(0x30, tlv(0xa0, subtree(0x86, "other.example.net"))),
		"permits URIs below a dot":       tlv(0x30, tlv(0xa0, subtree(0x86, ".org"))),
		"permits URIs below the domain":  tlv(0x30, tlv(0xa0, subtree(0x86, ".example.org"))),
		"excludes the domain's URIs":     tlv(0x30, tlv(0xa1, subtree(0x86, domainName))),
		"excludes another's URIs":        tlv(0x30, tlv(0xa1, subtree(0x86, "other.example.net"))),
		"excludes every URI":             tlv(0x30, tlv(0xa1, subtree(0x86, ""))),
		"permits a whole URI":            tlv(0x30, tlv(0xa0, subtree(0x86, "spiffe://example.org"))),
		"permits hosts":                  tlv(0x30, tlv(0xa0, subtree(0x82, domainName))),
		"permits no URI by mail":         tlv(0x30, tlv(0xa0, subtree(0x81, domainName))),
		"permits the leaf's directory":   tlv(0x30, tlv(0xa0, tlv(0x30, tlv(0xa4, name("leaf"))))),
		"permits another directory":      tlv(0x30, tlv(0xa0, tlv(0x30, tlv(0xa4, name("other"))))),
		"excludes the leaf's directory":  tlv(0x30, tlv(0xa1, tlv(0x30, tlv(0xa4, name("leaf"))))),
		"of names empty":                 tlv(0x30),
		"of names garbage":               {1, 2, 3},
		"permits with a minimum":         tlv(0x30, tlv(0xa0, tlv(0x30, tlv(0x86, []byte(domainName)), []byte{0x80, 1, 1}))),
		"permits the domain in capitals": tlv(0x30, tlv(0xa0, subtree(0x86, strings.ToUpper(domainName)))),
	}
	for _, key := range sorted(sets) {
		for _, critical := range []bool{true, false} {
			what := map[bool]string{true: "", false: ", not critical"}[critical]
			middle(key+what, func(c *certificate) { c.extend(oidNameLimits, critical, sets[key]) })
			root(key+what, func(c *certificate) { c.extend(oidNameLimits, critical, sets[key]) })
		}
	}
}

func (s *chains) encodings(every of) {
	every("of version 1", func(c *certificate) { c.version = 0 })
	every("of version 2", func(c *certificate) { c.version = 1 })
	every("of version 4", func(c *certificate) { c.version = 3 })
	every("serial number zero", func(c *certificate) { c.serial = new(big.Int) })
	every("serial number negative", func(c *certificate) { c.serial = big.NewInt(-5) })
	every("serial number of 21 bytes", func(c *certificate) { c.serial = new(big.Int).Lsh(big.NewInt(1), 165) })
	every("serial number of 200 bytes", func(c *certificate) { c.serial = new(big.Int).Lsh(big.NewInt(1), 1590) })
	every("bytes after", func(c *certificate) { c.encoded = func(b []byte) []byte { return append(b, 0) } })
	every("cut", func(c *certificate) { c.encoded = func(b []byte) []byte { return b[:len(b)-1] } })
	every("of indefinite length", func(c *certificate) {
		c.encoded = func(b []byte) []byte { return append(append([]byte{0x30, 0x80}, b[4:]...), 0, 0) }
	})
	every("of a longer length", func(c *certificate) {
		c.encoded = func(b []byte) []byte { return append([]byte{0x30, 0x83, 0, b[2], b[3]}, b[4:]...) }
	})
	every("of a longer length within", func(c *certificate) { c.longer = true })
	for range 4 {
		every("with a bit changed", func(c *certificate) {
			c.encoded = func(b []byte) []byte { b[s.random.IntN(len(b))] ^= 1 << s.random.IntN(8); return b }
		})
	}
	for _, weak := range []string{"RSA of 1024 bits", "RSA of 1536 bits", "P-224", "P-521"} {
		every("for a key of "+weak, func(c *certificate) { c.spki = public(s.weak[weak]) })
	}
	every("for a broken key", func(c *certificate) {
		c.spki = bytes.Clone(public(s.keys[0]))
		c.spki[len(c.spki)-1] ^= 1
	})
	every("for a key with parameters left out", func(c *certificate) {
		c.spki = tlv(0x30, tlv(0x30, der(asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1})), public(s.keys[0])[23:])
	})
}

func (s *chains) signatures(every of) {
	every("signature with a bit changed", func(c *certificate) {
		c.signature = func(b []byte) []byte { b[len(b)-1-s.random.IntN(20)] ^= 1 << s.random.IntN(8); return b }
	})
	every("signature cut", func(c *certificate) { c.signature = func(b []byte) []byte { return b[:len(b)-1] } })
	every("signature with a byte after", func(c *certificate) { c.signature = func(b []byte) []byte { return append(b, 0) } })
	every("signature empty", func(c *certificate) { c.signature = func([]byte) []byte { return nil } })
	every("signature with the other s", func(c *certificate) {
		key, ok := c.signer.(*ecdsa.PrivateKey)
		if !ok {
			return
		}
		c.signature = func(b []byte) []byte {
			var pair struct{ R, S *big.Int }
			if _, err := asn1.Unmarshal(b, &pair); err != nil {
				return b
			}
			pair.S.Sub(key.Params().N, pair.S)
			return der(pair)
		}
	})
	every("signed with SHA-1", func(c *certificate) { c.hash = crypto.SHA1 })
	every("signed with SHA-512", func(c *certificate) { c.hash = crypto.SHA512 })
	every("another algorithm within", func(c *certificate) { c.inner = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 1} })
	every("signed by another key", func(c *certificate) { c.signer = s.anyKey() })
	every("signed by itself", func(c *certificate) { c.signer = c.key })
	every("signed by itself in its name", func(c *certificate) { c.signer, c.issuer = c.key, c.subject })
	every("issuer of another name", func(c *certificate) { c.issuer = name("another") })
	every("issuer in capitals", func(c *certificate) { c.issuer = bytes.ReplaceAll(c.issuer, []byte("root"), []byte("ROOT")) })
	every("issuer in a printable string", func(c *certificate) {
		common := c.issuer[min(13, len(c.issuer)):]
		c.issuer = tlv(0x30, tlv(0x31, tlv(0x30, der(asn1.ObjectIdentifier{2, 5, 4, 3}), tlv(0x13, common))))
	})
	every("issuer empty", func(c *certificate) { c.issuer = tlv(0x30) })
}

func (s *chains) orders(add func(string, func(*chain))) {
	shown := func(name string, change func([][]byte) [][]byte) {
		add("chain "+name, func(c *chain) { c.middle(s); c.shown = change })
	}
	stranger := func() []byte {
		c := s.authority("stranger", now())
		c.issuer, c.signer = c.subject, c.key
		return c.issue()
	}
	shown("empty", func([][]byte) [][]byte { return nil })
	shown("without the leaf", func(c [][]byte) [][]byte { return c[1:] })
	shown("without the intermediates", func(c [][]byte) [][]byte { return c[:1] })
	shown("without the first intermediate", func(c [][]byte) [][]byte { return append(c[:1:1], c[2:]...) })
	shown("turned", func(c [][]byte) [][]byte {
		out := [][]byte{}
		for _, one := range c {
			out = append([][]byte{one}, out...)
		}
		return out
	})
	add("chain with the intermediates turned", func(c *chain) {
		c.middle(s)
		if len(c.path) < 4 {
			s.insert(c)
		}
		c.shown = func(c [][]byte) [][]byte { return append(c[:1:1], c[2], c[1]) }
	})
	shown("with the leaf twice", func(c [][]byte) [][]byte { return append(c[:1:1], c...) })
	shown("with an intermediate twice", func(c [][]byte) [][]byte { return append(c[:2:2], c[1:]...) })
	shown("with a stranger after", func(c [][]byte) [][]byte { return append(c, stranger()) })
	shown("with a stranger between", func(c [][]byte) [][]byte { return append(append(c[:1:1], stranger()), c[1:]...) })
	shown("with a stranger before", func(c [][]byte) [][]byte { return append([][]byte{stranger()}, c...) })
	shown("with rubbish after", func(c [][]byte) [][]byte { return append(c, []byte("rubbish")) })
	shown("of 20", func(c [][]byte) [][]byte {
		for len(c) < 20 {
			c = append(c, c[1])
		}
		return c
	})
	add("chain of six intermediates", func(c *chain) {
		for len(c.path) < 8 {
			s.insert(c)
		}
	})
	add("chain of nine intermediates", func(c *chain) {
		for len(c.path) < 11 {
			s.insert(c)
		}
	})
	add("chain with the root", func(c *chain) {
		root := c.root()
		c.shown = func(shown [][]byte) [][]byte { return append(shown, root.issue()) }
	})
	roots := func(name string, change func([][]byte) [][]byte) {
		add("bundle "+name, func(c *chain) { c.roots = change })
	}
	roots("empty", func([][]byte) [][]byte { return nil })
	roots("of a stranger", func([][]byte) [][]byte { return [][]byte{stranger()} })
	roots("with a stranger", func(r [][]byte) [][]byte { return append(r, stranger()) })
	roots("with the root twice", func(r [][]byte) [][]byte { return append(r, r...) })
	add("bundle of the leaf alone", func(c *chain) {
		leaf := c.leaf()
		var issued []byte
		c.shown = func(shown [][]byte) [][]byte { issued = shown[0]; return shown[:1] }
		c.roots = func([][]byte) [][]byte { _ = leaf; return [][]byte{issued} }
	})
	add("bundle of the intermediate", func(c *chain) {
		c.middle(s)
		var issued []byte
		c.shown = func(shown [][]byte) [][]byte { issued = shown[len(shown)-1]; return shown }
		c.roots = func([][]byte) [][]byte { return [][]byte{issued} }
	})
	add("bundle with another root of the name", func(c *chain) {
		c.roots = func(r [][]byte) [][]byte {
			other := s.authority("root", c.at)
			other.issuer, other.signer = other.subject, other.key
			return append([][]byte{other.issue()}, r...)
		}
	})
}
