package server

import (
	"slices"
	"testing"

	"colocate/domain/kind"
	"colocate/domain/mentoring"
	"colocate/domain/value"
)

// TestOverdue: what a list answers when it is asked what is overdue or
// unanswered is what the rule says of each action, whoever owes it, on the day
// that it is in the mission.
func TestOverdue(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	today := value.DateOf(r.core.Now().In(r.core.zone(missionID)))
	rules := map[string]func(*mentoring.Action, value.Date) bool{"overdue": mentoring.Overdue, "unanswered": mentoring.Unanswered}
	for _, who := range []string{"elin.strand", "priya.raman", "ruth.maseko"} {
		all := actions(t, r, who, "")
		for name, rule := range rules {
			var want []string
			for id, a := range all {
				if rule(&a, today) {
					want = append(want, id)
				}
			}
			var got []string
			for id := range actions(t, r, who, "&"+name+"=true") {
				got = append(got, id)
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) || who == "priya.raman" && len(got) == 0 {
				t.Errorf("%s %s: %d, want %d of %d", who, name, len(got), len(want), len(all))
			}
		}
	}
	if got := r.do(request{who: "ruth.maseko", method: "GET", path: "/api/v1/actions?overdue=perhaps"}); got.status != 400 {
		t.Errorf("perhaps: %d %s", got.status, got.body)
	}
}

// actions are those of one page, by id, as far as the rules look at them.
func actions(t *testing.T, r *rig, who, filter string) map[string]mentoring.Action {
	t.Helper()
	list := parse[struct {
		Items []struct {
			ID, State, Due string
			AskedOn        string `json:"asked_on"`
		}
		Next *string
	}](t, r.get(who, "/api/v1/actions?limit=200"+filter).body)
	if list.Next != nil {
		t.Fatalf("%s: more than a page of actions", who)
	}
	all := map[string]mentoring.Action{}
	for _, x := range list.Items {
		a := mentoring.Action{Due: value.Date(x.Due), AskedOn: value.Date(x.AskedOn)}
		a.State = kind.State(x.State)
		all[x.ID] = a
	}
	return all
}
