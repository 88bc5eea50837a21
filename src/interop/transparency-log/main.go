// Checks a ledger with public transparency log libraries only: the signed
// notes and the tree of the Go checksum database, and the formats and proofs
// of transparency-dev. Nothing here knows Mintmark but the names of the files.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/formats/proof"
	merkle "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const longestLine = 60_001

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: transparency-log LEDGER OLD-CHECKPOINT PROOF...")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "transparency-log:", err)
		os.Exit(1)
	}
}

func run(ledger, oldFile string, proofs []string) error {
	vkey, err := os.ReadFile(filepath.Join(ledger, "vkey"))
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(string(bytes.TrimSpace(vkey)))
	if err != nil {
		return fmt.Errorf("vkey: %w", err)
	}
	newest, err := checkpoint(filepath.Join(ledger, "checkpoint"), verifier)
	if err != nil {
		return err
	}
	tree, err := readTree(ledger, int64(newest.Size))
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(int64(newest.Size), tree)
	if err != nil {
		return err
	}
	if !bytes.Equal(root[:], newest.Hash) {
		return errors.New("the lines do not have the root that the checkpoint says")
	}
	old, err := checkpoint(oldFile, verifier)
	if err != nil {
		return err
	}
	if err := consistent(old, newest, tree); err != nil {
		return fmt.Errorf("consistency of %d and %d: %w", old.Size, newest.Size, err)
	}
	hashes := 0
	for _, file := range proofs {
		n, err := included(file, verifier)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		hashes += n
	}
	if err := refusesTampering(proofs, verifier); err != nil {
		return err
	}
	fmt.Printf("x/mod/sumdb and transparency-dev agree: checkpoint signed by %s, root over %d lines, "+
		"consistent with the checkpoint of %d, %d inclusion proofs of %d hashes, a changed record refused\n",
		verifier.Name(), newest.Size, old.Size, len(proofs), hashes)
	return nil
}

func checkpoint(file string, verifier note.Verifier) (*log.Checkpoint, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	parsed, rest, _, err := log.ParseCheckpoint(data, verifier.Name(), verifier)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%s: extension lines", file)
	}
	return parsed, nil
}

// hashTree holds the stored hashes of golang.org/x/mod/sumdb/tlog.
type hashTree []tlog.Hash

func (t hashTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(t)) {
			return nil, fmt.Errorf("hash %d is not stored", index)
		}
		found[i] = t[index]
	}
	return found, nil
}

// readTree works the stored hashes out from the lines. A closed segment may be packed: then it is
// a gzip file, which the standard library reads as any other.
func readTree(ledger string, size int64) (hashTree, error) {
	var tree hashTree
	for count := int64(0); count < size; {
		end, grown, err := readSegment(ledger, count, size, tree)
		if err != nil {
			return nil, err
		}
		if end == count {
			return nil, fmt.Errorf("%d lines, but the checkpoint has %d", count, size)
		}
		count, tree = end, grown
	}
	return tree, nil
}

func readSegment(ledger string, count, size int64, tree hashTree) (int64, hashTree, error) {
	name := filepath.Join(ledger, fmt.Sprintf("%020d.jsonl", count))
	file, err := os.Open(name)
	var text io.Reader = file
	if errors.Is(err, os.ErrNotExist) {
		if file, err = os.Open(name + ".gz"); err == nil {
			text, err = gzip.NewReader(file)
		}
	}
	if err != nil {
		return 0, nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(text)
	lines.Buffer(make([]byte, longestLine), longestLine)
	for ; count < size && lines.Scan(); count++ {
		more, err := tlog.StoredHashes(count, lines.Bytes(), tree)
		if err != nil {
			return 0, nil, err
		}
		tree = append(tree, more...)
	}
	return count, tree, lines.Err()
}

func consistent(old, newest *log.Checkpoint, tree hashTree) error {
	path, err := tlog.ProveTree(int64(newest.Size), int64(old.Size), tree)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(path, int64(newest.Size), tlog.Hash(newest.Hash), int64(old.Size), tlog.Hash(old.Hash)); err != nil {
		return err
	}
	hashes := make([][]byte, len(path))
	for i := range path {
		hashes[i] = path[i][:]
	}
	return merkle.VerifyConsistency(rfc6962.DefaultHasher, old.Size, newest.Size, hashes, old.Hash, newest.Hash)
}

// included checks a tlog-proof@v1 against the record beside it, PROOF.json.
func included(file string, verifier note.Verifier) (int, error) {
	record, err := os.ReadFile(file + ".json")
	if err != nil {
		return 0, err
	}
	return check(file, record, verifier)
}

func check(file string, record []byte, verifier note.Verifier) (int, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	var parsed proof.TLogProof
	if err := parsed.Unmarshal(data); err != nil {
		return 0, err
	}
	if !bytes.Equal(parsed.Marshal(), data) {
		return 0, errors.New("the proof is not in canonical form")
	}
	signed, _, _, err := log.ParseCheckpoint(parsed.Checkpoint, verifier.Name(), verifier)
	if err != nil {
		return 0, err
	}
	hashes := make([][]byte, len(parsed.Hashes))
	path := make(tlog.RecordProof, len(parsed.Hashes))
	for i := range parsed.Hashes {
		hashes[i] = parsed.Hashes[i][:]
		path[i] = tlog.Hash(parsed.Hashes[i])
	}
	leaf := tlog.RecordHash(record)
	if err := tlog.CheckRecord(path, int64(signed.Size), tlog.Hash(signed.Hash), int64(parsed.Index), leaf); err != nil {
		return 0, err
	}
	return len(hashes), merkle.VerifyInclusion(rfc6962.DefaultHasher, parsed.Index, signed.Size, leaf[:], hashes, signed.Hash)
}

func refusesTampering(proofs []string, verifier note.Verifier) error {
	for _, file := range proofs {
		record, err := os.ReadFile(file + ".json")
		if err != nil {
			return err
		}
		record[len(record)/2] ^= 1
		if _, err := check(file, record, verifier); err == nil {
			return fmt.Errorf("%s: also proves a changed record", file)
		}
	}
	return nil
}
