# Completion of tandem for bash; `tandem help --format bash` wrote it.
_tandem() {
    local cur words cword line
    _get_comp_words_by_ref -n =: cur words cword || return
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files) compopt -o default ;;
            :folders) compopt -o dirnames ;;
            *)
                line=${line%%$'\t'*}
                case $line in *[:=]) compopt -o nospace ;; esac
                COMPREPLY+=("$line")
                ;;
        esac
    done < <("${words[0]}" complete -- "${words[@]:1:cword}" 2>/dev/null)
    __ltrim_colon_completions "$cur"
    if [[ $cur == *=* && $COMP_WORDBREAKS == *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*=}"}"}")
    fi
}
complete -F _tandem tandem
