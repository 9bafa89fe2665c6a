#!/usr/bin/env bash
# What an author of an integration gets wrong is told with its place and what to do about it.
. "$(dirname "$0")/lib.sh"

start_server authors --seed 12 --field-timestamps
new_home home
cd "$TANDEM_HOME" || exit 1
script=lua/integrations/helloworld
config=config/integrations/helloworld.lua
cp -r lua/integrations/helloworld config/integrations/helloworld.lua "$scratch"
# mistake FILE SED-EXPRESSION: in the scripts or the configuration as they were delivered.
mistake() {
  rm -r $script
  cp -r "$scratch/helloworld" $script
  cp "$scratch/helloworld.lua" $config
  sed -i -E "$2" "$1"
}
sync_says() { "$TANDEM" sync helloworld --quiet -t 2000-01-01 2>&1; }

# ---- errors that are no texts ----
place=report_builder.lua:$(($(grep -n '^function M.build' "$scratch/helloworld/report_builder.lua" | cut -d: -f1) + 1))
mistake $script/report_builder.lua 's/^function M.build.*/&\nerror({ code = 5 })/'
expect_contains "error() with a table is told with its place" "helloworld/$place" "$(sync_says)"
expect_contains "error() with a table is reported with advice" "give it a text" "$(sync_says)"
mistake $script/report_builder.lua 's/^function M.build.*/&\nerror()/'
expect_contains "error() without anything, too" "helloworld/$place" "$(sync_says)"
mistake $script/report_builder.lua 's/^function M.build.*/&\nfor _ in ipairs(M.build) do end/'
expect_contains "a mistake found by a function of Lua's, too" "$place" "$(sync_says)"
mistake $script/report_builder.lua 's/^function M.build.*/&\nerror("a message of its own", 0)/'
expect "a text stays as it is" "tandem: helloworld: a message of its own (TND0500)" "$(sync_says)"

# ---- a neighbor's credentials ----
mistake $config ''
"$TANDEM" new acme --quiet --auth none
expect "an integration needs no variables of others" 1 \
  "$(env -u HELLOWORLD_CLIENT_ID -u HELLOWORLD_CLIENT_SECRET ACME_URL="$url/nowhere" "$TANDEM" sync acme --quiet 2>/dev/null; echo $?)"
expect_lacks "nor does it speak of them" "HELLOWORLD" \
  "$(env -u HELLOWORLD_CLIENT_ID -u HELLOWORLD_CLIENT_SECRET ACME_URL="$url/nowhere" "$TANDEM" sync acme --quiet 2>&1)"
env -u HELLOWORLD_CLIENT_ID -u HELLOWORLD_CLIENT_SECRET "$TANDEM" object add contact email=kim@x.test >/dev/null
rm -r lua/integrations/acme config/integrations/acme.lua
"$TANDEM" sync helloworld --quiet
expect "what was edited without them was tracked" "kim@x.test" \
  "$(state '[c["fields"]["email"] for c in d["citizen"] if "kim" in c["fields"]["email"]][0]')"

# ---- what check finds ----
check_says() { "$TANDEM" check helloworld 2>&1; }
mistake $config 's/^  enabled = true/  enabeld = false/'
expect_contains "a key that nearly is one of the engine's" "did you mean 'enabled'?" "$(check_says)"
mistake $config ''
rm $script/report_builder.lua
expect_contains "no report builder" "nothing is pulled" "$(check_says)"
mistake $config ''
echo 'return { batch_complete = function() end }' >$script/hooks.lua
expect_contains "hooks that nobody calls" "'batch_completed' or 'sync_completed'" "$(check_says)"
echo 'return { sync_completed = function() error("boom") end }' >$script/hooks.lua
expect_contains "a hook that fails is told" "hooks.sync_completed failed: helloworld/hooks.lua:1: boom" "$(sync_says)"
mistake $config ''
expect "check reports no mistake when all is right" "helloworld: fine" "$(check_says)"

# ---- files to import ----
import_says() { printf '%b' "$1" | "$TANDEM" object import contact - --format csv 2>&1; }
expect_contains "an empty file" "a header of field names is needed" "$(import_says '')"
expect_contains "a field that there is not" "'tandem field list contact' shows them" "$(import_says 'emial\na@x.test\n')"
expect_contains "a field twice" "names 'email' twice, the second time in column 2" "$(import_says 'email,email\na,b\n')"
says=$(import_says 'email,birthday\na@x.test,1990-02-30\nb@x.test,x\nc@x.test,1990-02-01\n"d@x.test,1990')
expect_contains "each line that is refused" "line 3: the field 'birthday'" "$says"
expect_contains "a quote that is not closed takes only the rest" "line 5: the quote opened on line 5" "$says"
expect_contains "the others are taken" "1 added, 0 updated, 3 refused" "$says"

# ---- logs ----
echo 'return { log_level = "info" }' >config/tandem.lua
expect_contains "log_level logs without -v" "info net: GET" "$("$TANDEM" sync helloworld 2>&1)"
