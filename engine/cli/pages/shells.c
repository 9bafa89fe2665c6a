/* The three files. The program alone says what can be completed, so these scripts never change.
 */
#include "cli/pages/shells.h"

#include <stddef.h>

static const char bash[] =
    "# Completion of tandem for bash; `tandem help --format bash` wrote it.\n"
    "_tandem() {\n"
    "    local cur words cword line\n"
    "    _get_comp_words_by_ref -n =: cur words cword || return\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "            :files) compopt -o default ;;\n"
    "            :folders) compopt -o dirnames ;;\n"
    "            *)\n"
    "                line=${line%%$'\\t'*}\n"
    "                case $line in *[:=]) compopt -o nospace ;; esac\n"
    "                COMPREPLY+=(\"$line\")\n"
    "                ;;\n"
    "        esac\n"
    "    done < <(\"${words[0]}\" complete -- \"${words[@]:1:cword}\" 2>/dev/null)\n"
    "    __ltrim_colon_completions \"$cur\"\n"
    /* Bash treats the text before a '=' or ':' as a separate word. */
    "    if [[ $cur == *=* && $COMP_WORDBREAKS == *=* ]]; then\n"
    "        COMPREPLY=(\"${COMPREPLY[@]#\"${cur%\"${cur##*=}\"}\"}\")\n"
    "    fi\n"
    "}\n"
    "complete -F _tandem tandem\n";

static const char zsh[] = "#compdef tandem\n"
                          "# Completion of tandem for zsh; `tandem help --format zsh` wrote it.\n"
                          "_tandem() {\n"
                          "    local line value\n"
                          "    local -a open whole\n"
                          "    for line in ${(f)\"$(${words[1]} complete -- "
                          "\"${(@)words[2,CURRENT]}\" 2>/dev/null)\"}; do\n"
                          "        value=${${line%%$'\\t'*}//:/\\\\:}\n"
                          "        case $line in\n"
                          "            :files) _files ;;\n"
                          "            :folders) _files -/ ;;\n"
                          "            *$'\\t'*) value+=:${line#*$'\\t'} ;;\n"
                          "        esac\n"
                          "        case ${line%%$'\\t'*} in\n"
                          "            :*) ;;\n"
                          "            *[:=]) open+=(\"$value\") ;;\n"
                          "            *) whole+=(\"$value\") ;;\n"
                          "        esac\n"
                          "    done\n"
                          "    (( $#whole )) && _describe -t values tandem whole\n"
                          "    (( $#open )) && _describe -t values tandem open -S ''\n"
                          "}\n"
                          "_tandem \"$@\"\n";

static const char fish[] =
    "# Completion of tandem for fish; `tandem help --format fish` wrote it.\n"
    "function __tandem_complete\n"
    "    set -l words (commandline -opc)\n"
    "    set -l current (commandline -ct)\n"
    "    for line in ($words[1] complete -- $words[2..-1] \"$current\" 2>/dev/null)\n"
    "        switch $line\n"
    "            case ':files'\n"
    "                __fish_complete_path \"$current\"\n"
    "            case ':folders'\n"
    "                __fish_complete_directories \"$current\"\n"
    "            case '*'\n"
    "                echo $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c tandem -f -a '(__tandem_complete)'\n";

const struct shell shells[] = {{"bash", "completions", "tandem", bash},
                               {"zsh", "zsh", "_tandem", zsh},
                               {"fish", "fish", "tandem.fish", fish},
                               {NULL, NULL, NULL, NULL}};
