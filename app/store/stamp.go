package store

import (
	"encoding/binary"
	"fmt"
)

// A stored document begins with _id and seq, which are the store's, and goes
// on with the content as its version keeps it: rev first where the caller has
// none, else where the caller has it.

// normalise makes the content of a version: d without _id and seq, rev as given.
func normalise(d Raw, rev int64) (Raw, error) {
	dst, at := open(make([]byte, 0, len(d)+16))
	if _, _, ok := find(d, "rev"); !ok {
		dst = appendInt(dst, "rev", rev)
	}
	err := Walk(d, func(name []byte, t Type, v []byte) error {
		switch string(name) {
		case "_id", "seq":
		case "rev":
			dst = appendInt(dst, "rev", rev)
		default:
			dst = append(append(append(append(dst, byte(t)), name...), 0), v...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: document to put: %w", err)
	}
	return shut(dst, at), nil
}

// stamp makes the stored document of a content.
func stamp(k Key, seq int64, content Raw) Raw {
	dst, at := open(make([]byte, 0, len(content)+len(k.Journal)+len(k.ID)+40))
	dst = appendString(dst, "_id", k.DocID())
	dst = appendInt(dst, "seq", seq)
	if len(content) > 5 {
		dst = append(dst, content[4:len(content)-1]...)
	}
	return shut(dst, at)
}

// restamp sets the number of a document that stamp made.
func restamp(k Key, d Raw, seq int64) {
	const before = 4 + 1 + len("_id") + 1 + 4 // length, type, name, length of the id
	at := before + len(k.Journal) + 1 + len(k.ID) + 1 + 1 + len("seq") + 1
	binary.LittleEndian.PutUint64(d[at:], uint64(seq))
}
