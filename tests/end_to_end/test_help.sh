#!/usr/bin/env bash
# Help, manual pages and completion say the same, since they are made from the same tables.
. "$(dirname "$0")/lib.sh"

pages=$scratch/pages
SOURCE_DATE_EPOCH=1790000000 "$TANDEM" help --output "$pages"
expect "help --output ends with 0" 0 $?
expect "pages are the same wherever they are made" "" \
  "$(SOURCE_DATE_EPOCH=1790000000 "$TANDEM" help --output "$scratch/again" && diff -r "$pages" "$scratch/again")"

# ---- nothing is missing ----
# words_missing PAGE HELP: the commands and options that the help names and the page as people see it does not.
words_missing() {
  python3 - "$1" "$2" <<'PY'
import re, subprocess, sys
shown = subprocess.run(["mandoc", "-Tascii", sys.argv[1]], capture_output=True, text=True).stdout
shown = re.sub(r".\x08", "", shown)
told = re.findall(r"^  (?:    |-\w, )(--[\w-]+)|^  ([a-z][\w-]+)(?= )", sys.argv[2].split("Examples:")[0], re.M)
words = {option or command for option, command in told}
print(" ".join(sorted(word for word in words if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", shown))))
PY
}
if command -v mandoc >/dev/null; then
  expect "tandem(1) has every command and option of --help" "" "$(words_missing "$pages/man1/tandem.1" "$("$TANDEM" --help)")"
  missing=
  for command in $("$TANDEM" complete -- ''  | cut -f1); do
    missing+=$(words_missing "$pages/man1/tandem-$command.1" "$("$TANDEM" help "$command")")
    for sub in $("$TANDEM" complete -- "$command" '' | cut -f1); do
      usage=$("$TANDEM" help "$command" "$sub" 2>/dev/null) || continue
      missing+=$(words_missing "$pages/man1/tandem-$command.1" "$usage")
    done
  done
  expect "each command has a page with all of its options" "" "$missing"
  expect "tandem.lua(5) has every key" "" "$(
    mandoc -Tascii "$pages/man5/tandem.lua.5" | sed 's/.\x08//g' >"$scratch/keys"
    sed -n -E 's/^    \{"\w*", "(\w+)", .*/\1/p' "$root/engine/script/configuration/configuration_keys.c" |
      while read -r key; do grep -qE "^ +$key = " "$scratch/keys" || echo "$key"; done)"
  expect "mandoc finds nothing to say" "" "$(mandoc -Tlint -W warning "$pages"/man?/* 2>&1)"
  expect "groff finds no mistake in the manual pages" "" "$(for page in "$pages"/man?/*; do
    LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null; done)"
else
  skipped "manual pages" "mandoc is not installed (scripts/deps installs it)"
fi
expect_contains "one page on standard output" ".TH TANDEM\-RETRY 1 " "$("$TANDEM" help --format man retry)"
refuse "a page of nothing" 2 "no manual page for 'nothing'" "$TANDEM" help --format man nothing
refuse "another format" 2 "'troff'" "$TANDEM" help --format troff

# ---- what may come next ----
new_home home
offered() { "$TANDEM" complete -- "$@" | cut -f1 | tr '\n' ' '; }
expect "commands by their beginning" "conflicts " "$(offered conf)"
expect "what is hidden is not offered" "" "$(offered complet)"
expect "options of a command" "--dry-run --disable-pull --disable-push --disable-activity-push " \
  "$(for word in --dr --disable; do offered sync $word; done | tr -d '\n')"
expect "options of all commands" "--verbose --version " "$(offered sync --ver)"
expect "integrations" "helloworld " "$(offered sync '')"
expect "those that can be connected, too" "hubspot helloworld " "$(offered connect h | tr ' ' '\n' | sort -r | tr '\n' ' ' | sed 's/^ *//; s/ *$/ /')"
expect "codes of errors" "TND0202 " "$(offered help TND0202)"
expect "no codes before they are begun" "" "$(offered help '' | grep -o TND)"
expect "the field of a column" "Shoe=firstname Shoe=lastname " "$(for word in firstn lastn; do offered object import contact people.csv --map Shoe=$word; done | tr -d '\n')"
expect "objects of ours" "contact company " "$(offered object list '')"
expect "objects of theirs" "citizen " "$(offered fields helloworld c)"
expect_contains "names of objects, to be gone on with" "contact: " "$(offered explain helloworld '')"
expect "fields of an object" "firstname= " "$(offered object set contact 12 firstn)"
expect_contains "fields of a mapping" "email " "$(offered explain helloworld contact:1 '')"
expect "runs, and whose they are" "1 helloworld " "$("$TANDEM" sync helloworld --quiet >/dev/null 2>&1; { offered runs 1; offered runs h; } | tr -d '\n')"
expect "reasons" "withheld " "$(offered retry --reason wit)"
expect "values that an option can have" "read run " "$(offered token add --scope r)"
expect "words of an argument" "internal integration restore delete " "$(offered resolve 1 '')"
expect "files" ":files " "$(offered object import contact '')"
expect "a home named on the way" "helloworld " "$(unset TANDEM_HOME && cd / && offered --home "$scratch/home" sync h)"
expect "an argument too many" "" "$(offered sync helloworld '')"
rm "$TANDEM_HOME/var/tandem.db"
expect "without a store nothing is made" "" "$(offered object list ''; ls "$TANDEM_HOME/var" | grep tandem.db)"
expect "without a home nothing is said" "" "$(TANDEM_HOME=$scratch/none offered sync '' 2>&1)"
echo 'while true do end' >"$TANDEM_HOME/lua/integrations/helloworld/integration.lua"
expect "no script runs" "citizen " "$(offered fields helloworld c)"

# ---- in real shells ----
new_home shells
mkdir "$scratch/bin" && ln -s "$TANDEM" "$scratch/bin/tandem"
PATH=$scratch/bin:$PATH
if [ -r /usr/share/bash-completion/bash_completion ]; then
  expect "bash completes" "helloworld" "$(bash --norc -c '
    . /usr/share/bash-completion/bash_completion; . "$1"
    COMP_WORDS=(tandem sync hello) COMP_CWORD=2 COMP_LINE="tandem sync hello" COMP_POINT=17 COMP_TYPE=9
    compopt() { :; }; _tandem; echo "${COMPREPLY[*]}"' _ "$pages/completions/tandem")"
  expect "what stands before a sign stays once" "firstname" "$(bash --norc -c '
    COMP_WORDBREAKS=" =:"; . /usr/share/bash-completion/bash_completion; . "$1"
    COMP_WORDS=(tandem object import contact x.csv --map Shoe = firstn) COMP_CWORD=8 COMP_TYPE=9
    COMP_LINE="tandem object import contact x.csv --map Shoe=firstn"; COMP_POINT=${#COMP_LINE}
    compopt() { :; }; _tandem; echo "${COMPREPLY[*]}"' _ "$pages/completions/tandem")"
else
  skipped "bash" "bash-completion is not installed"
fi
if command -v fish >/dev/null; then
  expect "fish completes" "helloworld" "$(HOME=$scratch fish --no-config -c 'source $argv[1]; complete -C "tandem sync hello"' "$pages/fish/tandem.fish" | cut -f1)"
else
  skipped "fish" "fish is not installed"
fi
if command -v zsh >/dev/null; then
  expect "zsh completes" "helloworld" "$(zsh -f -c '
    compdef() { :; }
    _describe() { local name=$4; print -rl -- ${${(P)name}%%:*} }
    words=(tandem sync hello) CURRENT=3; source "$1"' _ "$pages/zsh/_tandem" | tr -d '\n')"
else
  skipped "zsh" "zsh is not installed"
fi
