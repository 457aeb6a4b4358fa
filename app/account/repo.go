package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"colocate/app/store"
	"colocate/domain/kind"
)

// kinds are the descriptors of this package's documents.
type kinds struct{ account, grant, token *kind.Descriptor }

func (k *kinds) compile() error {
	reg, err := kind.Compile(declared)
	if err != nil {
		return fmt.Errorf("account: %w", err)
	}
	k.account, k.grant, k.token = reg.Get("account"), reg.Get("grant"), reg.Get("token")
	return nil
}

// load reads a document into rec.
func load(d *kind.Descriptor, raw store.Raw, rec kind.Record) error {
	doc, err := store.Decode(raw)
	if err != nil {
		return fmt.Errorf("account: %s: %w", d.Name, err)
	}
	if err := d.Load(doc, rec); err != nil {
		return fmt.Errorf("account: %s: %w", d.Name, err)
	}
	return nil
}

// get reads the document id of kind d into rec; CodeNotFound if there is none.
func (s *Service) get(ctx context.Context, d *kind.Descriptor, id string, rec kind.Record) error {
	raw, err := s.cfg.Store.Get(ctx, key(d.Name, id), nil)
	if errors.Is(err, store.ErrNotFound) {
		return absent(err)
	}
	if err != nil {
		return outage(err)
	}
	return load(d, raw, rec)
}

func key(shelf, id string) store.Key {
	return store.Key{Shelf: shelf, Journal: store.Service, ID: id}
}

// find reads every document of kind d that filter matches; there are few of
// one account, and what is many is listed page by page.
func find[T any, R interface {
	*T
	kind.Record
}](ctx context.Context, s *Service, d *kind.Descriptor, filter store.D) ([]*T, error) {
	var out []*T
	err := s.cfg.Store.Each(ctx, d.Name, store.Query{Filter: filter}, func(raw store.Raw) error {
		rec := new(T)
		out = append(out, rec)
		return load(d, raw, R(rec))
	})
	return out, outage(err)
}

// byKey returns the account whose folded name is nameKey, nil if there is none.
func (s *Service) byKey(ctx context.Context, nameKey string) (*account, error) {
	found, err := find[account](ctx, s, s.of.account, store.D{{Key: "name_key", Value: nameKey}})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// grantsOf returns every grant that the account ever had, the earliest first.
func (s *Service) grantsOf(ctx context.Context, account string) ([]*grant, error) {
	all, err := find[grant](ctx, s, s.of.grant, store.D{{Key: "account", Value: account}})
	slices.SortFunc(all, func(a, b *grant) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

// put stamps rec as changed by the act and adds it to c, with its revision.
func (s *Service) put(c *store.Commit, d *kind.Descriptor, rec kind.Record) {
	h := rec.Meta()
	read := h.Rev
	if read == 0 {
		h.CreatedBy, h.CreatedAt = c.Act.By, c.Act.At
	}
	h.Rev, h.UpdatedBy, h.UpdatedAt = read+1, c.Act.By, c.Act.At
	c.Put = append(c.Put, store.Put{Key: key(d.Name, h.ID), Rev: read, Doc: store.Encode(d.Encode(rec))})
}

// commit writes c and lets every later Authenticate know of it.
func (s *Service) commit(ctx context.Context, c *store.Commit) error {
	c.Journal = store.Service
	r, err := s.cfg.Store.Commit(ctx, *c)
	if err == nil {
		s.cache.raise(r.Number)
	}
	return err
}
