package record

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"colocate/app/store"
	"colocate/domain/kind"
)

// Bounds of what is remembered of one shelf. What comes after is read anew.
const (
	maxSteadyDocs  = 5_000
	maxSteadyLists = 200
)

// steady is what was read of one shelf of a kind that changes seldom
// (kind.Spec.Steady), such as the units that every page names. Whose reading it
// is does not matter: a document is held to what its reader may see each time,
// and a list is known by the whole query, the reader's reach among it. It is
// dropped once the shelf is touched.
type steady struct {
	mu    sync.Mutex
	docs  map[string]*steadyDoc
	lists map[string]List
}

// steadyDoc is one document, with what readers of a class see of it.
type steadyDoc struct {
	raw   store.Raw
	views map[kind.Class]View
}

// steady is what is remembered of v's shelf, nil where the kind is not steady.
func (v *viewer) steady(ctx context.Context) (*steady, error) {
	if !v.sh.Steady {
		return nil, nil
	}
	return v.e.memory().steady.of(v.journal+"/"+v.shelf, func() *kept[*steady] {
		return &kept[*steady]{journal: v.journal, shelves: []string{v.shelf}, load: func(context.Context) (*steady, error) {
			return &steady{docs: map[string]*steadyDoc{}, lists: map[string]List{}}, nil
		}}
	}).get(ctx, v.e)
}

// look is what v sees of the record with that id; CodeNotFound if it does not
// exist for v. It is for reading alone: a change reads the store itself.
func (v *viewer) look(ctx context.Context, id string) (View, error) {
	s, err := v.steady(ctx)
	if err != nil {
		return View{}, err
	}
	if s == nil {
		raw, err := v.get(ctx, id)
		if err != nil {
			return View{}, err
		}
		return v.view(raw)
	}
	doc, err := s.doc(ctx, v, id)
	if err != nil {
		return View{}, err
	}
	if !v.may(doc.raw) {
		return View{}, notFound()
	}
	return s.view(v, doc)
}

// doc is the document with that id, whoever may see it.
func (s *steady) doc(ctx context.Context, v *viewer, id string) (*steadyDoc, error) {
	s.mu.Lock()
	doc := s.docs[id]
	s.mu.Unlock()
	if doc != nil {
		return doc, nil
	}
	raw, err := v.e.Store.Get(ctx, v.key(v.shelf, id), nil)
	if err != nil {
		return nil, wrap(err)
	}
	doc = &steadyDoc{raw: raw, views: map[kind.Class]View{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.docs) < maxSteadyDocs {
		s.docs[id] = doc
	}
	return doc, nil
}

func (s *steady) view(v *viewer, doc *steadyDoc) (View, error) {
	class := v.classOf(doc.raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	if have, ok := doc.views[class]; ok {
		return have, nil
	}
	made, err := v.view(doc.raw)
	if err == nil {
		doc.views[class] = made
	}
	return made, err
}

// list is List for the first page of a steady kind, by the query that v's
// parameters came to. Where v sees more of some records than of others, each
// page is made anew.
func (v *viewer) list(ctx context.Context, q store.Query, l *List) error {
	s, err := v.steady(ctx)
	if err != nil {
		return err
	}
	if s == nil || q.Cursor != "" || v.con != nil {
		return v.fill(ctx, q, l)
	}
	key := fmt.Sprint(v.class, q.Sort, q.Limit, q.Filter)
	s.mu.Lock()
	have, ok := s.lists[key]
	s.mu.Unlock()
	if ok {
		*l = List{Items: have.Items, Next: have.Next, Total: l.Total, Same: have.Same}
		return nil
	}
	if err := v.fill(ctx, q, l); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.lists) < maxSteadyLists {
		l.Items, l.Same = l.Items[:len(l.Items):len(l.Items)], lists.Add(1)
		s.lists[key] = *l
	}
	return nil
}

// lists numbers the lists that are remembered.
var lists atomic.Uint64
