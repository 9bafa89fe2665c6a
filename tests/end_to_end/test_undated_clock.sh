#!/usr/bin/env bash
# A third party whose answers bear no Date (spec 13.9): how late it is there is measured by the dates that it gives to
# our own writes, and said to be unknown where there are none either.
. "$(dirname "$0")/lib.sh"

later() { date -u -d "+$1 seconds" +%Y-%m-%dT%H:%M:%SZ; } # our clock, so many seconds after the server's
status() { "$TANDEM" status helloworld; }
# Answers to writes bear the date of the record, as the script says.
tell_dates() {
  sed -i 's/add_object_mapping(change, object, answer.id)/add_object_mapping(change, object, answer.id, answer.timestamp)/
          s/update_last_sync_date(change)/update_last_sync_date(change, answer.timestamp)/' \
    "$TANDEM_HOME/lua/integrations/helloworld/order_executioner.lua"
}

# ---- nothing is known ----
start_server unknown --no-date
new_home unknown
edit '{"action": "create", "object": "citizen", "fields": {"email": "ann@h.test", "first_name": "Ann"}}'
expect_contains "check says that the clock is not known" "the clock of 'helloworld' is not known" "$("$TANDEM" check helloworld 2>&1)"
"$TANDEM" sync helloworld --quiet
expect_contains "status says so, too" "its clock is not known" "$(status)"
sleep 1.1
edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Theirs"}}'
"$TANDEM" object set contact 1 firstname=Ours --quiet
"$TANDEM" sync helloworld --quiet
expect_contains "explain says that dates were compared as they are" "theirs is not known; their dates are shown and compared as they gave them" \
  "$("$TANDEM" explain helloworld contact:1 firstname)"
expect "for programs, too" true "$("$TANDEM" explain helloworld contact:1 firstname --json | json 'd["decisions"][0]["clock_unknown"]')"

# ---- with a Date, or dates of our writes, it is known ----
start_server dated
new_home dated
edit '{"action": "create", "object": "citizen", "fields": {"email": "ann@h.test", "first_name": "Ann"}}'
expect_lacks "check has nothing to say of a clock that is right" "clock" "$("$TANDEM" check helloworld 2>&1)"
"$TANDEM" sync helloworld --quiet
expect_lacks "status neither" "clock" "$(status)"

for seconds in 1800 -1800; do
  who="ours is $seconds seconds ahead"
  start_server "measured$seconds" --no-date --field-timestamps
  new_home "measured$seconds"
  tell_dates
  edit '{"action": "create", "object": "citizen", "fields": {"email": "ann@h.test", "first_name": "Ann"}}'
  for name in one two; do
    TANDEM_NOW=$(later $seconds) "$TANDEM" object add contact email=$name@h.test firstname=$name --quiet >/dev/null
  done
  TANDEM_NOW=$(later $seconds) "$TANDEM" sync helloworld --quiet
  expect_lacks "$who: the dates of our writes have told" "not known" "$(TANDEM_NOW=$(later $seconds) status)"
  expect_contains "$who: status says how much" "its clock is 1" "$(TANDEM_NOW=$(later $seconds) status)"
  TANDEM_NOW=$(later $seconds) "$TANDEM" sync helloworld --quiet # their records of the future, as they seemed
  ann=$(contact_with email ann@h.test)
  sleep 2.2
  # ours is the later one by the true time, theirs by the dates as they are, or the other way round
  edit '{"object": "citizen", "id": "1", "fields": {"first_name": "Theirs first", "phone": "theirs first"}}'
  sleep 2.2
  TANDEM_NOW=$(later $seconds) "$TANDEM" object set contact "$ann" firstname="Ours last" birthday=2001-02-03 --quiet
  sleep 2.2
  edit '{"object": "citizen", "id": "1", "fields": {"birthday": "2004-05-06"}}'
  TANDEM_NOW=$(later $seconds) "$TANDEM" sync helloworld --quiet
  expect "$who: what was edited there arrives though nobody measured in this run" "theirs first" "$(contact_field "$ann" phone)"
  expect "$who: the later edit wins, whoever made it" "Ours last 2004-05-06 Ours last 2004-05-06" \
    "$(contact_field "$ann" firstname) $(contact_field "$ann" birthday) $(state '[c["fields"]["first_name"] + " " + c["fields"]["birthday"] for c in d["citizen"] if c["id"] == 1][0]')"
done

# ---- a record that was there already has an old date: no proof of a clock that is behind ----
start_server old --no-date
new_home old
sed -i 's/add_object_mapping(change, object, answer.id)/add_object_mapping(change, object, answer.id, "2020-01-02T03:04:05Z")/' \
  "$TANDEM_HOME/lua/integrations/helloworld/order_executioner.lua"
"$TANDEM" object add contact email=one@h.test firstname=one --quiet >/dev/null
"$TANDEM" sync helloworld --quiet
expect_contains "one old date is not believed" "its clock is not known" "$(status)"
