package mentoring

import (
	"time"

	"colocate/domain/host"
	"colocate/domain/kind"
	"colocate/domain/mission"
	"colocate/domain/value"
)

// Author is who wrote something on a shared record, in words that both sides
// may know: of a host officer the official data, of the UN's people what the
// released copy says of advisers (domain.md §5.7 "UN person, posting").
type Author struct {
	Name     string                  `f:"name,required,max=120"`
	Rank     string                  `f:"rank,max=80"`
	Function string                  `f:"function,max=120"` // of a host officer
	Post     mission.PostingFunction `f:"post"`             // of the UN's people
}

// Comment is a word on a released session, most often the host's, that stands
// beside the text for good (domain.md §2.6, §5.4 H3): never edited, never
// removed, any number of them, until the session is closed. The UN may answer
// with one of its own.
type Comment struct {
	kind.Head
	Session    value.Ref  `f:"session,required,filter" to:"session"`
	Text       value.Text `f:"text,required,max=2000,title"`
	Side       OwnerSide  `f:"side,server,filter"`
	AuthorText Author     `f:"author_text,server"`
	WrittenAt  time.Time  `f:"written_at,server,sort"`

	// Copies of the session's, for who may read the comment.
	Unit         value.Ref   `f:"unit,server,filter" to:"unit"`
	SessionType  SessionType `f:"session_type,server"`
	Counterparts []value.Ref `f:"counterparts,server,owner,max=10" to:"counterpart"`
	Advisers     []value.Ref `f:"advisers,server,owner,max=6" to:"person" class:"MIS"`
}

var _ = kind.Declare[Comment](&Kinds, kind.Spec{
	Name:       "session_comment",
	Class:      kind.SHR,
	Scope:      kind.ByUnit("unit"),
	Lists:      kind.Lists{{By: "session", Sort: "written_at"}, {By: "unit", Sort: "-written_at"}, {Sort: "-written_at"}},
	Releasable: true,
	Sensitive:  sensitive,
	Narrow: map[kind.Role][]kind.Cond{
		kind.Counterpart: {kind.NoneOf("session_type", string(Mentoring), string(Coaching))},
	},
	Fixed:  true,
	Create: kind.On(createComment),
	Example: `{"session":{"kind":"session","id":"@session"},"text":{"lang":"fr",
"text":"Les sept fiches datent d’avant l’arrivée du nouveau registre."}}`,
})

// Bounds of the comments and of the contests of one session. Whoever voids it
// takes all of them off the host's shelf in one commit, and ends the contests:
// that must fit into one (design.md §4: 1,000 documents, 4 MB), where each of
// them counts twice.
const (
	maxSaid      = 300
	maxContested = 30
)

// createComment puts a comment beside its session, for both sides at once.
func createComment(w kind.World, k *Comment) error {
	var s Session
	ok, err := mission.Known(w, k.Session, &s, "session")
	if err != nil || !ok {
		return err
	}
	if err := s.discussable(w); err != nil {
		return err
	}
	full, err := full(w, "session_comment", &s, maxSaid)
	if err != nil {
		return err
	}
	if full {
		return kind.E(kind.CodeConflict, "error.session_comment.too_many", nil)
	}
	k.Side, k.WrittenAt, k.ReleasedAt = sideOf(w), w.Now(), w.Now()
	if k.AuthorText, err = authorOf(w, &s); err != nil {
		return err
	}
	k.follow(&s)
	var c kind.Check
	c.Must(k.Side == HostSide || !scanText(k.Text), "text", "error.action.scan")
	if err := c.Err(); err != nil {
		return err
	}
	return w.Release(k)
}

func (k *Comment) follow(s *Session) {
	k.Unit, k.SessionType, k.Counterparts, k.Advisers = s.Unit, s.Type, s.Counterparts, s.Advisers
}

// discussable refuses what is said about a session that the host does not read,
// or that is closed.
func (s *Session) discussable(w kind.World) error {
	out, err := w.Released(s)
	if err != nil {
		return err
	}
	if !out {
		return kind.E(kind.CodeConflict, "error.session_comment.not_released", nil)
	}
	if s.State == Closed {
		return kind.E(kind.CodeConflict, "error.session_comment.closed", nil)
	}
	return nil
}

// full reports whether s has as many records of a kind as it may.
func full(w kind.World, name string, s *Session, most int) (bool, error) {
	n := 0
	err := w.Find(name, []kind.Cond{kind.Is("session.id", s.ID)}, most, func(any) error { n++; return nil })
	return n >= most, err
}

// authorOf is the actor in words. Whom the mission keeps no record of is called
// by his account.
func authorOf(w kind.World, s *Session) (Author, error) {
	a := w.Actor()
	if sideOf(w) == HostSide {
		var p host.Counterpart
		err := w.Get(value.Ref{Kind: "counterpart", ID: a.Person}, &p)
		if kind.CodeOf(err) == kind.CodeNotFound {
			return Author{Name: a.Name}, nil
		}
		rank := p.RankText
		if rank == "" {
			rank = string(p.RankCode)
		}
		return Author{Name: p.Name, Rank: rank, Function: p.Function}, err
	}
	n, err := namedAdviser(w, value.Ref{Kind: "person", ID: a.Person}, s.Unit, w.Today())
	if kind.CodeOf(err) == kind.CodeNotFound {
		return Author{Name: a.Name}, nil
	}
	return Author{Name: n.Name, Post: n.Function}, err
}
