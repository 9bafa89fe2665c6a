#!/usr/bin/env bash
# What an author of an integration gets wrong is told with its place and what to do about it.
. "$(dirname "$0")/lib.sh"

start_server authors --seed 4 --field-timestamps
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
mistake $script/report_builder.lua 's/^function M.build.*/&\nerror({ code = 5 })/'
expect_contains "error() with a table is told with its place" "helloworld/report_builder.lua:4" "$(sync_says)"
expect_contains "and what to do" "give it a text" "$(sync_says)"
mistake $script/report_builder.lua 's/^function M.build.*/&\nerror()/'
expect_contains "error() without anything, too" "helloworld/report_builder.lua:4" "$(sync_says)"
mistake $script/report_builder.lua 's/^function M.build.*/&\nfor _ in ipairs(M.build) do end/'
expect_contains "a mistake found by a function of Lua's, too" "report_builder.lua:4" "$(sync_says)"
mistake $script/report_builder.lua 's/^function M.build.*/&\nerror("a message of its own", 0)/'
expect "a text stays as it is" "tandem: helloworld: a message of its own" "$(sync_says)"

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
