#!/usr/bin/env bash
# A field that both sides changed at the same instant: nobody wins, and sending other fields of the object does not make
# theirs the later one.
. "$(dirname "$0")/lib.sh"

at() { # WHEN: everybody's clock
  export TANDEM_NOW=2026-03-10T$1:00Z
  control "{\"now\": \"$TANDEM_NOW\"}"
}
result() { echo "$code $(of_summary 'd["pull"]["conflicts"]["unresolved"]') $(contact_field "$one" lastname) $(state '[c["fields"]["last_name"] for c in d["citizen"] if c["id"] == 1][0]')"; }

start_server ties --seed 2
new_home ties
at 12:00
"$TANDEM" sync helloworld --first-time-sync --quiet
one=$(contact_with email citizen1@hello.world)
at 13:00
"$TANDEM" object set contact "$one" lastname=Ours firstname=Sent
edit '{"object": "citizen", "id": "1", "fields": {"last_name": "Theirs"}}'
at 14:00
sync_json helloworld
expect "a tie: both sides stay as they are" "4 1 Ours Theirs" "$(result)"
expect "what else was edited is sent" Sent "$(state '[c["fields"]["first_name"] for c in d["citizen"] if c["id"] == 1][0]')"
at 14:04
sync_json helloworld
expect "their record is newer by our own write: still a tie" "4 1 Ours Theirs" "$(result)"
expect_contains "explain says why" "no date" "$("$TANDEM" explain helloworld "contact:$one" lastname)"
sed -i 's/^  mapping = {/  on_tie = "integration",\n&/' "$TANDEM_HOME/config/integrations/helloworld.lua"
at 14:08
sync_json helloworld
expect "on_tie decides it" "0 0 Theirs Theirs" "$(result)"

at 15:00
sed -i '/on_tie/d' "$TANDEM_HOME/config/integrations/helloworld.lua"
"$TANDEM" object set contact "$one" lastname=Ours2 firstname=Sent2
edit '{"object": "citizen", "id": "1", "fields": {"last_name": "Theirs2"}}'
at 15:10
sync_json helloworld
at 15:20
edit '{"object": "citizen", "id": "1", "fields": {"last_name": "Theirs3"}}'
at 15:30
sync_json helloworld
expect "an edit of theirs makes it the later one" "0 0 Theirs3 Theirs3" "$(result)"
